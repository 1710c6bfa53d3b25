// Every operation on the disk fails in turn: what was saved stays, and the continued trial has the bytes of the whole one.
// This is a part of the battery; faults.long.test.ts is all of it.

import { rmSync } from 'node:fs';
import { expect, it, vi } from 'vitest';
import { type FaultyDisk, faults } from '../testing/faults.ts';
import { crashedAt, failEverywhere } from '../testing/sessions.ts';

const made = vi.hoisted((): { disk?: FaultyDisk } => ({}));
vi.mock('node:fs', async (original) => {
  const { FaultyDisk } = await import('../testing/faults.ts');
  made.disk = new FaultyDisk();
  return made.disk.wrap(await original());
});
// All sessions are of this process, of which nothing must be left but what is on the disk.
vi.mock('./heart.node.ts', () => ({ noBeat: '000000000000', startHeart: () => () => {} }));
vi.mock('./holder.node.ts', async (original) => ({ ...(await original<object>()), lifeOf: () => 'dead' }));

function disk(): FaultyDisk {
  if (!made.disk) throw new Error('node:fs is not mocked');
  return made.disk;
}

it('loses nothing wherever it fails, in a whole run', { timeout: 60_000 }, async () => {
  const { operations, cases } = await failEverywhere(disk(), undefined, faults, 7);
  console.log(`faults: ${cases} of a run's ${operations} operations made to fail, once and for good; same bytes`);
  expect(cases).toBeGreaterThan(400);
});

it('loses nothing wherever it fails, in the recovery from a crash', { timeout: 60_000 }, async () => {
  const origin = (await crashedAt(disk(), 120)) ?? expect.fail('it does not crash');
  const { operations, cases } = await failEverywhere(disk(), origin, faults, 7);
  console.log(`faults: ${cases} of a recovery's ${operations} operations made to fail, once and for good; same bytes`);
  expect(cases).toBeGreaterThan(200);
  rmSync(origin, { recursive: true });
});
