// The main job, as `npm start` shows it: ten XOR configurations are drawn and trained, one of them is cut in the middle
// and continued, and the best is named.

import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const alc = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url));
const module = 'examples/mlp-xor.ts';
const location = freeLocation();

say('Nine configurations are drawn from the search space of the experiment:');
await run('create', module, location, '--amount=9');

say('And a tenth with 3,000 hidden units instead of 3: the others are trained before anybody could press a key.');
await run('create', module, location, '--set', 'hidden=3000');

say('It is trained, and cut in the middle by Ctrl-C:');
const code = await cut('run', module, `${location}/10`);
if (code === 9) {
  say('Exit code 9: unfinished. The same command continues it, bit for bit as if nothing had happened:');
  await run('run', module, `${location}/10`);
} else if (code === 0) {
  say('It was done before the signal came: this machine is quick.');
} else {
  process.exit(code);
}

say('All the others, one per core:');
await run('run', module, location);

say('And the best is:');
await run('evaluate', location);

say(`Everything is in ${location}: look at ${location}/1/cfg.mjs, log.jsonl and report-last.json.`);

/** Starts a run and interrupts it as soon as its log has begun; gives the exit code. */
async function cut(...args) {
  const child = start(...args);
  const waiting = setInterval(() => {
    if (!existsSync(`${location}/10/log.jsonl`)) return;
    clearInterval(waiting);
    child.kill('SIGINT');
  }, 1);
  const code = await ended(child);
  clearInterval(waiting);
  return code;
}

async function run(...args) {
  const code = await ended(start(...args));
  if (code !== 0) process.exit(code);
}

function start(...args) {
  console.log(`\n$ alc ${args.join(' ')}`);
  const child = spawn(process.execPath, [alc, ...args], { stdio: ['ignore', 'inherit', 'pipe'] });
  createInterface({ input: child.stderr }).on('line', (line) => {
    // The numbers of every single pause would hide the story.
    if (!/^[\s\d.e+-]*$|^ +step /.test(line)) console.error(line);
  });
  return child;
}

function ended(child) {
  return new Promise((resolve) => child.on('close', (code) => resolve(code ?? 1)));
}

function say(text) {
  console.log(`\n— ${text}`);
}

/** `runs/xor`, or with a number behind it if it exists: nothing is overwritten. */
function freeLocation() {
  for (let n = 1; ; n++) {
    const name = n === 1 ? 'runs/xor' : `runs/xor-${n}`;
    if (!existsSync(name)) return name;
  }
}
