// Processes that fight for one lock, and are killed, stopped and continued at random while they do.

import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from './alc.ts';
import { generator } from './random.ts';

const lockModule = pathToFileURL(join(root, 'dist/storage/lock.node.js')).href;

/** Runs an ES module's text in a process of its own, with `EpochLock` in scope, and the arguments as `args`. */
export function startWithLock(source: string, ...args: readonly string[]): ChildProcess {
  const head = `import { EpochLock } from ${JSON.stringify(lockModule)};\nconst args = process.argv.slice(1);\n`;
  const stdio = ['ignore', 'pipe', 'inherit'] as const;
  return spawn(process.execPath, ['--input-type=module', '-e', head + source, ...args], { stdio: [...stdio] });
}

/** Gets the lock again and again; while it has it, it writes lines into a journal. */
const FIGHTER = `
import { appendFileSync } from 'node:fs';
const [directory, journal] = args;
const lock = new EpochLock(directory);
const sleep = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
for (let round = 1; ; round++) {
  try {
    lock.acquire();
  } catch (error) {
    if (error.name !== 'LockError') throw error;
    await sleep(Math.random() * 5);
    continue;
  }
  const write = (what) => {
    lock.check();
    appendFileSync(journal, process.pid + '.' + round + ' ' + what + '\\n');
  };
  write('begin');
  for (let i = Math.random() * 4; i > 0; i--) {
    if (Math.random() < 0.7) await sleep(Math.random() * 3);
    write('works');
  }
  write('end');
  lock.release();
}
`;

export interface Fight {
  /** How often somebody had the lock. */
  readonly turns: number;
  /** How many of them did not end by themselves. */
  readonly cut: number;
  readonly kills: number;
  readonly stops: number;
}

/** @throws when two had the lock at a time, or nobody got on */
export async function fight(directory: string, processes: number, seconds: number, seed: number): Promise<Fight> {
  const journal = join(directory, 'journal');
  writeFileSync(journal, '');
  const children = Array.from({ length: processes }, () => startWithLock(FIGHTER, directory, journal));
  const replace = (old: ChildProcess): ChildProcess => {
    old.kill('SIGKILL');
    return startWithLock(FIGHTER, directory, journal);
  };
  const { kills, stops } = await harass(children, directory, seconds, seed, replace);
  const gone = children.map((child) => child.exitCode === null && new Promise((resolve) => child.on('exit', resolve)));
  for (const child of children) child.kill('SIGKILL');
  await Promise.all(gone);
  return { ...journalOf(readFileSync(journal, 'utf8')), kills, stops };
}

/**
 * Kills, stops and continues children at random, half of the time the one that has the lock of the directory. What
 * `replace` gives takes the place of one to be killed.
 */
export async function harass(
  children: ChildProcess[],
  directory: string,
  seconds: number,
  seed: number,
  replace: (old: ChildProcess) => ChildProcess,
): Promise<{ kills: number; stops: number }> {
  const random = generator(seed);
  const until = performance.now() + 1000 * seconds;
  let [kills, stops] = [0, 0];
  while (performance.now() < until) {
    await new Promise((resolve) => setTimeout(resolve, 80 * random()));
    const holder = random() < 0.5 ? holderOf(directory) : undefined;
    const index = holder ? children.findIndex(({ pid }) => pid === holder) : Math.floor(random() * children.length);
    const child = children[index];
    if (!child) continue;
    if (random() < 0.5) {
      children[index] = replace(child);
      kills++;
    } else {
      child.kill('SIGSTOP');
      setTimeout(() => child.kill('SIGCONT'), 150 * random());
      stops++;
    }
  }
  // All that were stopped go on.
  await new Promise((resolve) => setTimeout(resolve, 200));
  return { kills, stops };
}

/** The process that has the lock, or had it just now. */
function holderOf(directory: string): number | undefined {
  const name = readdirSync(directory).findLast((found) => found.startsWith('.lock-'));
  if (name === undefined) return undefined;
  try {
    return Number(/"pid":(\d+)/.exec(readFileSync(join(directory, name), 'utf8'))?.[1]);
  } catch {
    return undefined;
  }
}

/** Turns follow each other: whoever has been followed by somebody else never writes again. */
function journalOf(text: string): Pick<Fight, 'turns' | 'cut'> {
  const lines = text.split('\n').slice(0, -1);
  let [turns, cut] = [0, 0];
  let current: string | undefined;
  for (const [at, line] of lines.entries()) {
    const [who = '', what] = line.split(' ');
    const where = () => `${lines.slice(Math.max(0, at - 4), at + 2).join('\n')}\n(line ${at + 1})`;
    if (what === 'begin') {
      if (current !== undefined) cut++;
      current = who;
      turns++;
    } else if (who !== current) throw new Error(`two had the lock at a time:\n${where()}`);
    if (what === 'end') current = undefined;
  }
  return { turns, cut };
}
