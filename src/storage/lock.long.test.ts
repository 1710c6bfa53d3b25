// The long fight for one lock; a shorter one is in lock.node.test.ts.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { fight } from '../testing/fights.ts';

it('of 32 processes, killed and stopped at random, one has the lock at a time', { timeout: 120_000 }, async () => {
  const directory = mkdtempSync(join(tmpdir(), 'alc-lock-'));
  const { turns, cut, kills, stops } = await fight(directory, 32, 10, 2);
  console.log(`32 processes, 10 s: ${turns} turns, ${cut} of them cut, by ${kills} kills; ${stops} stops; no overlap`);
  expect(turns).toBeGreaterThan(32);
  expect(cut).toBeGreaterThan(0);
  rmSync(directory, { recursive: true });
});
