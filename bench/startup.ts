// From the command to its end: XOR in all its 10,000 steps, the help, and Node.js that does nothing. The median of 7.

import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Result, timing, validate } from './measure.ts';
import { alc, experiment, node } from './processes.ts';

const ROUNDS = 7;
const STEPS = 10_000;
const GOAL_SECONDS = 0.3;

export function run(): Result[] {
  const location = mkdtempSync(join(tmpdir(), 'alchemie-bench-'));
  try {
    node(alc, 'create', experiment, location);
    // The same configuration every time; the first run fills the cache of translated modules and is not timed.
    for (let round = 0; round <= ROUNDS; round++) {
      mkdirSync(join(location, `${round + 2}`));
      copyFileSync(join(location, '1', 'cfg.mjs'), join(location, `${round + 2}`, 'cfg.mjs'));
    }
    const tasks: Readonly<Record<string, (round: number) => readonly string[]>> = {
      'alc run, XOR, 10,000 steps': (round) => [alc, 'run', experiment, join(location, `${round + 2}`), '--json'],
      'alc --help': () => [alc, '--help'],
      'node, nothing': () => ['--eval', '0'],
    };
    const times = Object.entries(tasks).map(([name, args]) => ({ name, args, milliseconds: [] as number[] }));
    for (let round = 0; round <= ROUNDS; round++) {
      for (const { name, args, milliseconds } of times) {
        const done = node(...args(round));
        if (name.startsWith('alc run')) validate(name, JSON.parse(done.output).step === STEPS);
        if (round > 0) milliseconds.push(done.milliseconds);
      }
    }
    return times.map(({ name, milliseconds }): Result => {
      const { milliseconds: value, noise } = timing(milliseconds);
      return { name, value: value / 1000, unit: 's', noise, ...(name.startsWith('alc run') && { goal: GOAL_SECONDS }) };
    });
  } finally {
    rmSync(location, { recursive: true, force: true });
  }
}
