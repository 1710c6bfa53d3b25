// Means over configurations that agree.

import { describe, expect, it } from 'vitest';
import { groupBy, groupsJson } from './groups.ts';
import { rank } from './ranking.ts';
import { type Row, RowMaker } from './rows.ts';

const of = (index: number, bestLoss: number, pars: Readonly<Record<string, unknown>>): Row => {
  const trial = { index, directory: `${index}`, state: 'finished', step: 1, bestLoss, pars, seed: index } as const;
  return new RowMaker().rowOf({ ...trial, info: undefined, report: undefined, run: undefined });
};

const ranking = rank([
  of(1, 4, { rate: 0.1, name: 'a' }),
  of(2, 1, { rate: 0.1, name: 'b' }),
  of(3, 2, { rate: 0.1, name: 'a' }),
  of(4, 9, { rate: 0.1, name: 'a' }),
  of(5, 3, { rate: '0.1', name: 'b' }),
  of(6, Number.NaN, { rate: 0.1, name: 'b' }),
  of(7, 8, { name: 'a' }),
]);

describe('groupBy', () => {
  it('gives mean, standard deviation and members, the best mean first', () => {
    const groups = groupBy(ranking, ['pars.rate', 'pars.name']);
    const short = groups.map(({ values, members, mean, spread }) => [
      values,
      members.map(({ trial }) => trial.index),
      mean,
      spread,
    ]);
    expect(short).toEqual([
      [[0.1, 'b'], [2], 1, undefined],
      [['0.1', 'b'], [5], 3, undefined],
      [[0.1, 'a'], [3, 1, 4], 5, Math.sqrt(13)],
      [[undefined, 'a'], [7], 8, undefined],
    ]);
    expect(groupsJson(groups, ['pars.rate', 'pars.name'], ranking.criterion)).toMatchObject({
      by: 'bestLoss',
      groups: [
        {},
        {},
        { values: [0.1, 'a'], mean: 5, count: 3, best: 2, configurations: [3, 1, 4] },
        { values: [null, 'a'] },
      ],
    });
  });

  it('puts the largest mean first where more is better', () => {
    const rows = [...ranking.ranked];
    const groups = groupBy(rank(rows, { key: 'bestLoss', highest: true }), ['pars.name']);
    expect(groups.map(({ values, mean }) => [...values, mean])).toEqual([
      ['a', 23 / 4],
      ['b', 2],
    ]);
  });
});
