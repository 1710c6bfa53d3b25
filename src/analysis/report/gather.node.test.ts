// What a report has room for.

import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { removeTemporaries, temporary } from '../../testing/alc.ts';
import { plausibleTrial, writeTrial } from '../../testing/trials.ts';
import { gatherReport } from './gather.node.ts';

afterAll(removeTemporaries);

/** Of two trials, of which the first is the better one. */
async function detailsWith(report: unknown) {
  const location = temporary();
  const [first, second] = [plausibleTrial(1, 3), plausibleTrial(2, 3)];
  writeTrial(join(location, '1'), { ...first, log: [{ step: 1, bestLoss: 0 }], report });
  writeTrial(join(location, '2'), second);
  const { details, notes } = await gatherReport(location, { experiment: null, alchemie: '', made: '' });
  return { rows: details.map(({ row, report }) => [row, report !== undefined]), notes };
}

it('has the whole report of all, if there is room', async () => {
  expect(await detailsWith({ note: 'small' })).toMatchObject({
    rows: [
      [0, true],
      [1, true],
    ],
  });
});

it('has those of others, too, where one is too large, and says so', async () => {
  const { rows, notes } = await detailsWith({ note: 'x'.repeat(8_100_000) });
  expect(rows).toEqual([[1, true]]);
  expect(notes).toEqual([expect.stringMatching(/^The whole report .* are not too large: 1 of \d+;/)]);
});

it('has one that is as deep as a report may be', async () => {
  let deep: unknown = 1;
  for (let level = 0; level < 64; level++) deep = [deep];
  expect(await detailsWith(deep)).toMatchObject({
    rows: [
      [0, true],
      [1, true],
    ],
  });
});
