// `alc create` of 10,000 configurations as a whole process.
//
// ext4 does not use the inodes of files that were removed in the last minutes, and looks for others one by one: after
// `rm -r` of as many files, creating them takes several times as long. So nothing is removed before everything was
// timed; for a time that no disk has a part in, set TMPDIR to a file system in memory.

import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Result, timing, validate } from './measure.ts';
import { alc, experiment, node } from './processes.ts';

const ROUNDS = 3;
const AMOUNT = 10_000;
const GOAL_SECONDS = 3;

export function run(): Result[] {
  const base = mkdtempSync(join(tmpdir(), 'alchemie-bench-'));
  try {
    const times = Array.from({ length: ROUNDS }, (_, round) => {
      const location = join(base, `${round}`);
      const { milliseconds } = node(alc, 'create', experiment, location, `--amount=${AMOUNT}`);
      validate('create', existsSync(join(location, `${AMOUNT}`, 'cfg.mjs')));
      return milliseconds;
    });
    const { milliseconds, noise } = timing(times);
    const name = `alc create, XOR, ${AMOUNT} configurations, in ${tmpdir()}`;
    return [
      { name, value: milliseconds / 1000, unit: 's', goal: GOAL_SECONDS, noise },
      { name, value: (1000 * AMOUNT) / milliseconds, unit: '1/s' },
    ];
  } finally {
    rmSync(base, { recursive: true, force: true });
  }
}
