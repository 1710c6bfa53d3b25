// Machine instructions of a training step, counted by valgrind: the same however busy the machine is, so that .ci/run
// can hold them to a limit. Those of a run are taken off those of a longer one, and what starts and ends is gone.

import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Criterion } from '../src/index.ts';
import { type Result, validate } from './measure.ts';
import { classifier, type Training, xor } from './trainers.ts';

interface Net {
  readonly make: (pause: Criterion) => Training;
  /** Steps of the longer run; the shorter one has a tenth. */
  readonly steps: number;
  /** Instructions a step, at the most: a fifth above what was last counted, on the Node.js that takes more. */
  readonly limit: number;
}

export const nets: Readonly<Record<string, Net>> = {
  'XOR 2-3-1, adam': { make: (pause) => xor('adam', pause), steps: 50_000, limit: 4900 },
  '64-32-10, batch 32, adam': {
    make: (pause) => classifier([64, 32, 10], 32, 'adam', { pause }),
    steps: 2000,
    limit: 290_000,
  },
  '784-512-256-10, batch 128, adam': {
    make: (pause) => classifier([784, 512, 256, 10], 128, 'adam', { pause }),
    steps: 10,
    limit: 167_000_000,
  },
};

/** No second compiler and no second thread, whose work would be counted along. */
const NODE_OPTIONS = ['--no-liftoff', '--single-threaded'];
const VALGRIND = ['--tool=callgrind', '--callgrind-out-file=/dev/null', '--smc-check=all-non-file'];

function count(name: string, steps: number): number {
  const script = fileURLToPath(new URL('steps.js', import.meta.url));
  const args = [...VALGRIND, process.execPath, ...NODE_OPTIONS, script, name, String(steps)];
  const { stderr, status, error } = spawnSync('valgrind', args, { encoding: 'utf8' });
  if (error || status !== 0) throw new Error(`instructions: valgrind did not run, ${error?.message ?? stderr}`);
  return Number(/Collected : (\d+)/.exec(stderr)?.[1]);
}

export function run(): Result[] {
  if (spawnSync('valgrind', ['--version']).error) {
    console.error('instructions: skipped, valgrind is not installed');
    return [];
  }
  return Object.entries(nets).map(([name, { steps, limit }]) => {
    const fewer = steps / 10;
    const value = (count(name, steps) - count(name, fewer)) / (steps - fewer);
    validate(`${name}, ${Math.round(value)} instructions a step where ${limit} are allowed`, value <= limit);
    return { name, value, unit: 'instructions/step', goal: limit };
  });
}
