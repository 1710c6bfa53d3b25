// Locations with many configurations, handled by the built `alc` with few open files.

import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { alc, main, read, temporary } from './alc.ts';
import { type Effort, effortIn, metered } from './effort.ts';
import { smallExperiment } from './small-experiment.ts';
import { type Results, writeResults } from './trials.ts';

/** Node.js itself has about twenty open. */
const command = ['sh', '-c', 'ulimit -n 128 && exec "$0" "$@"', process.execPath, main] as const;

async function effort(args: readonly string[], cwd: string): Promise<Effort> {
  const { code, stderr } = await alc(args, { cwd, env: metered, command });
  const found = effortIn(stderr);
  if (code !== 0 || !found) throw new Error(`alc ${args.join(' ')}: ended with ${code}\n${stderr}`);
  return found;
}

/** As a run leaves them; `loss` is the one that counts. */
function resultsOf(index: number, loss: number): Results {
  const sha256 = createHash('sha256').update(`${index}`).digest('hex');
  const started = new Date(Date.UTC(2026, 0, 1) + 1000 * index).toISOString();
  const ended = new Date(Date.UTC(2026, 0, 1) + 1000 * index + 500).toISOString();
  const node = '20.20.2';
  return {
    log: [{ step: 50, epoch: 50, bestLoss: loss, trainLoss: loss + 1 / index, valLoss: loss + 2 / index }],
    report: { valLoss: loss, testLoss: loss + 1 / index, accuracy: 1 / index },
    run: {
      state: 'finished',
      seconds: index / 7,
      sha256,
      module: 'experiment.mjs',
      files: { 'experiment.mjs': sha256 },
      git: { commit: '9f5ff4699a13cadf256c176f00e8c89a0ce4563d', dirty: false },
      alchemie: '0.1.0',
      node,
      v8: '11.3.244.8-node.38',
      platform: 'linux 6.1.0 x64',
      cpu: 'a processor of some kind',
      revectorized: false,
      lineage: [{ started, host: 'here', pid: index, node, end: 'finished', ended, fromStep: 0, step: 50 }],
    },
  };
}

/** Creates configurations, gives each what a run leaves, evaluates them, and runs those that are left, which are none. */
export async function handleMany(count: number): Promise<{ create: Effort; evaluate: Effort }> {
  const cwd = temporary({ 'experiment.mjs': smallExperiment() });
  const create = await effort(['create', 'experiment.mjs', 'runs', `--amount=${count}`], cwd);
  for (let i = 1; i <= count; i++) {
    writeResults(join(cwd, 'runs', `${i}`), resultsOf(i, (i * 7919) % count));
  }
  const evaluate = await effort(['evaluate', 'runs'], cwd);
  const best = JSON.parse(read(cwd, 'runs/result.json')).best.bestLoss;
  if (best !== 0) throw new Error(`the best of ${count} has a loss of ${best}`);
  const run = await effort(['run', 'runs', '--json'], cwd);
  const show = ({ seconds, mebibytes }: Effort) =>
    `${seconds.toFixed(1)} s of the processor and ${mebibytes.toFixed(0)} MiB`;
  const efforts = `create ${show(create)}, evaluate ${show(evaluate)}, run ${show(run)}`;
  console.log(`${count} configurations, 128 open files at most: ${efforts}`);
  rmSync(cwd, { recursive: true });
  return { create, evaluate };
}
