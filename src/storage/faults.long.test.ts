// Every operation on the disk fails in every way, once and for good, in a whole run; and every third of the recovery from
// a crash, at every seventh operation. A part of this is in faults.test.ts.

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

it('loses nothing wherever it fails, in a whole run', { timeout: 600_000 }, async () => {
  const { operations, cases } = await failEverywhere(disk(), undefined, faults, 1);
  console.log(
    `faults: ${cases} cases, all ${operations} operations of a run, each failing in ${faults.length} ways; same bytes`,
  );
  expect(cases).toBeGreaterThan(10 * operations);
});

it('loses nothing wherever it fails, in the recovery from a crash', { timeout: 1_200_000 }, async () => {
  let [crashes, all] = [0, 0];
  for (
    let origin = await crashedAt(disk(), 3);
    origin !== undefined;
    origin = await crashedAt(disk(), 3 + 7 * crashes)
  ) {
    all += (await failEverywhere(disk(), origin, ['ENOSPC', 'EIO', 'EDQUOT', 'crash'], 3)).cases;
    rmSync(origin, { recursive: true });
    crashes++;
  }
  console.log(`faults during recovery: ${all} cases, after crashes at ${crashes} operations; same bytes`);
  expect(all).toBeGreaterThan(1000);
});
