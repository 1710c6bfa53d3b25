// npm run bench:peers [-- --rounds 5] [--seconds 1] [--work large,small,xor] [--node /path/to/another/node]… [--python python3]
//
// Everybody trains the same network on the same data with one thread. A round goes through all of them in turn, a process
// each, so that what else happens on the machine meets all alike; the medians of the rounds are printed, the ratios of
// Alchemie to each, and for the record one JSON line per figure.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { data, learningRates, work } from './works.mjs';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '1' },
    work: { type: 'string', default: 'large,small,xor' },
    node: { type: 'string', multiple: true, default: [] },
    python: { type: 'string', default: 'python3' },
  },
});
const here = dirname(fileURLToPath(import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'alchemie-peers-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

/** What a command prints as its last line, as JSON; undefined, with the reason told, where it fails. */
function run(command, args) {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    encoding: 'utf8',
    env: { ...process.env, OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1', MKL_NUM_THREADS: '1' },
  });
  if (status === 0) return JSON.parse(stdout.trim().split('\n').at(-1));
  const reason = error?.message ?? stderr.split('\n').find((line) => /error/i.test(line)) ?? `exit code ${status}`;
  console.error(`${command} ${args.slice(1).join(' ')}: ${reason.trim()}`);
  return undefined;
}

const runtimes = [process.execPath, ...values.node].map((path) => ({
  path,
  version: run(path, ['-p', 'JSON.stringify({ version: process.versions.node })'])?.version ?? path,
}));
const versionOf = (name) => JSON.parse(readFileSync(join(here, 'package.json'), 'utf8')).dependencies[name];

/** Who is timed: those of JavaScript on every Node.js that was given. */
const contestants = runtimes.flatMap(({ path, version }) =>
  [
    ['alchemie', 'Alchemie'],
    ['jax-js', `jax-js ${versionOf('@jax-js/jax')}`],
    ['tensorflow-js', `TensorFlow.js ${versionOf('@tensorflow/tfjs')} wasm`],
    ['brain-js', `brain.js ${versionOf('brain.js')}`, 'sgd'],
    ['synaptic', `synaptic ${versionOf('synaptic')}`, 'sgd', 'xor'],
  ].map(([peer, name, optimizer, only]) => ({
    name: `${name}, Node.js ${version.split('.')[0]}`,
    isOurs: peer === 'alchemie',
    runtime: version,
    enters: (work, given) => (!optimizer || optimizer === given) && (!only || only === work),
    time: (work, given) => run(path, [join(here, 'time.mjs'), peer, work, given, values.seconds]),
  })),
);
contestants.push({
  name: 'PyTorch',
  enters: () => true,
  time: (name, optimizer) =>
    run(values.python, [join(here, 'pytorch.py'), join(folder, `${name}.json`), optimizer, values.seconds]),
});

const machine = { cpu: cpus()[0]?.model.trim(), date: new Date().toISOString().slice(0, 10) };
for (const name of values.work.split(',')) {
  const given = work(name);
  const { x, classes } = data(given);
  writeFileSync(
    join(folder, `${name}.json`),
    JSON.stringify({ ...given, x: [...x], classes: [...classes], learningRates }),
  );
  for (const optimizer of Object.keys(learningRates)) {
    const rates = new Map();
    const versions = new Map();
    for (let round = 0; round < Number(values.rounds); round++) {
      for (const { name: who, enters, time } of contestants) {
        if (!enters(name, optimizer) || (round > 0 && !rates.has(who))) continue;
        const timed = time(name, optimizer);
        if (!timed) continue;
        if (timed.version) versions.set(who, timed.version);
        rates.set(who, [...(rates.get(who) ?? []), timed.stepsPerSecond]);
      }
    }
    const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
    const ours = contestants.filter(({ isOurs, name }) => isOurs && rates.has(name));
    const title = `${given.sizes.join('-')}, batch ${given.batch}, ${optimizer}`;
    console.log(`\n${title}: steps a second\n`);
    console.log(`| | steps/s | ${ours.map(({ name }) => `${name} is … times as fast`).join(' | ')} |`);
    console.log(`|---|--:|${ours.map(() => '--:|').join('')}`);
    for (const [who, all] of [...rates].sort((a, b) => median(b[1]) - median(a[1]))) {
      const rate = median(all);
      const label = versions.has(who) ? `${who} ${versions.get(who)}` : who;
      const ratios = ours.map(({ name }) =>
        Number((median(rates.get(name)) / rate).toPrecision(3)).toLocaleString('en'),
      );
      console.log(`| ${label} | ${Math.round(rate).toLocaleString('en')} | ${ratios.join(' | ')} |`);
    }
    for (const [who, all] of rates) {
      const figure = {
        work: title,
        who: versions.has(who) ? `${who} ${versions.get(who)}` : who,
        stepsPerSecond: median(all),
        rounds: all.length,
      };
      console.log(JSON.stringify({ ...figure, ...machine }));
    }
  }
}
