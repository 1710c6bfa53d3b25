// Tables of trials.

import { describe, expect, it } from 'vitest';
import { oddTrials } from '../testing/exports.ts';
import { longTable, type Table, wideTable } from './table.ts';

const column = ({ columns }: Table, name: string) => columns.find((one) => one.name === name);

describe('wideTable', () => {
  it('has a row for each trial, whatever it has', () => {
    const table = wideTable(oddTrials);
    expect(table.rows).toBe(5);
    expect(table.columns.every(({ values }) => values.length === 5)).toBe(true);
    expect(column(table, 'pars.hidden')).toEqual({ name: 'pars.hidden', type: 'number', values: [3, 5, 3, 4, null] });
    expect(column(table, 'step')).toEqual({ name: 'step', type: 'integer', values: [30, 10, 10, null, null] });
    expect(column(table, 'pars.mixed')?.values).toEqual(['auto', '3', null, 'false', null]);
  });

  it('of none is empty', () => {
    expect(wideTable([])).toEqual({ rows: 0, columns: [] });
    expect(longTable([])).toEqual({ rows: 0, columns: [] });
  });
});

describe('longTable', () => {
  it('has a row for each line of the logs, with the parameters that differ', () => {
    const table = longTable(oddTrials);
    expect(table.rows).toBe(5);
    expect(column(table, 'index')?.values).toEqual([1, 1, 1, 2, 7]);
    expect(column(table, 'trainLoss')?.values).toEqual([2.5, 1 / 3, 5e-324, Number.NaN, -0]);
    expect(column(table, 'isBest')).toEqual({
      name: 'isBest',
      type: 'boolean',
      values: [null, true, false, null, null],
    });
    const same = oddTrials.slice(0, 1);
    expect(longTable(same).columns.map(({ name }) => name)).not.toContain('pars.hidden');
  });

  it('tells keys of the log from those of the trial, and takes no fractions for integers', () => {
    const [one] = oddTrials;
    if (!one) throw new Error('no trial');
    const log = [{ step: 0.5, bestLoss: 1, index: 'a', seed: 2 }];
    const table = longTable([{ ...one, readLog: () => log }]);
    expect(table.columns.map(({ name, type }) => `${name} ${type}`)).toEqual([
      'index integer',
      'seed integer',
      'step number',
      'bestLoss number',
      'log.index text',
      'log.seed number',
    ]);
  });
});
