// Columns out of contents, what is selected of them, and what groups have in common.

import { describe, expect, it } from 'vitest';
import type { ReportContents, Value } from '../analysis/report/contents.ts';
import { between, light } from './colors.ts';
import { filterOf } from './filter.ts';
import { groupsOf } from './groups.ts';
import { duration, grouped, plural, short } from './numbers.ts';
import { someOf, stateOf } from './state.ts';
import { numberOf, type Row, trialsOf } from './trials.ts';
import { blank, type View } from './view.ts';

const losses: readonly Value[] = [0.5, null, 'NaN', 0.25, 'Infinity', 0.125];
const contents: ReportContents = {
  title: 'runs',
  location: 'runs',
  experiment: null,
  alchemie: '0',
  made: '',
  columns: [
    { key: 'index', kind: 'fact', values: [1, 2, 3, 5, 8, 13] },
    { key: 'state', kind: 'fact', values: ['finished', 'new', 'diverged', 'finished', 'diverged', 'finished'] },
    { key: 'bestLoss', kind: 'result', values: losses },
    { key: 'pars.size', kind: 'par', values: ['10', '9', '100', '9', null, '10'] },
    { key: 'pars["a/b"]', kind: 'par', values: [1, 1, 1, 2, 2, 2] },
  ],
  common: [],
  curves: [{ row: 3, lines: 2, series: { step: [1, 2] } }],
  details: [{ row: 1, problem: 'x' }],
  notes: [],
  importance: [],
  provenance: [],
};
const trials = trialsOf(contents);
const column = (key: string) => trials.column(key) ?? expect.fail(`no column ${key}`);

const view: View = { ...blank, result: 'bestLoss', color: 'bestLoss' };
const selected = (changes: Partial<View>): readonly Row[] => stateOf(trials, { ...view, ...changes }, light).selected;

describe('trials', () => {
  it('are found by their index, with what there is of them', () => {
    expect([trials.count, trials.rowOf(5), trials.rowOf(4)]).toEqual([6, 3, undefined]);
    expect([trials.curve(3)?.lines, trials.curve(0), trials.detail(1)?.problem]).toEqual([2, undefined, 'x']);
    expect(trials.pars.map(({ label }) => label)).toEqual(['size', 'pars["a/b"]']);
    expect(trials.results.map(({ key }) => key)).toEqual(['bestLoss']);
  });

  it('have numbers that the files write as texts', () => {
    const { isNumeric, value, text, isMissing } = column('bestLoss');
    expect(isNumeric).toBe(true);
    expect(trials.rows.map(value)).toEqual([0.5, null, Number.NaN, 0.25, Number.POSITIVE_INFINITY, 0.125]);
    expect(trials.rows.map(text)).toEqual(['0.5', '', 'NaN', '0.25', 'Infinity', '0.125']);
    expect(trials.rows.filter(isMissing)).toEqual([1]);
    expect(['1', 'nan', null, true, '-Infinity'].map(numberOf)).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
      Number.NEGATIVE_INFINITY,
    ]);
  });

  it('have categories in the order of people', () => {
    const { isNumeric, categories, values } = column('pars.size');
    expect([isNumeric, categories]).toEqual([false, ['9', '10', '100']]);
    expect([...values]).toEqual([1, 0, 2, 0, Number.NaN, 1]);
  });
});

describe('what is selected', () => {
  it('comes from the best to the worst, without result last', () => {
    expect(selected({})).toEqual([5, 3, 0, 1, 2, 4]);
    expect(selected({ larger: true })).toEqual([0, 3, 5, 1, 2, 4]);
  });

  it.each<[string, readonly Row[]]>([
    ['bestLoss < 0.3', [5, 3]],
    ['size == "9"', [3, 1]],
    ['DIVERGED', [2, 4]],
    ['a/b == 2', [5, 3, 4]],
    ['nowhere', []],
  ])('meets the filter %s', (filter, rows) => expect(selected({ filter })).toEqual(rows));

  it('is all where the filter is wrong, which is told', () => {
    expect(filterOf('nosuch == 1', trials).error).toContain('nosuch');
    expect(selected({ filter: 'nosuch == 1' })).toHaveLength(6);
  });

  it('lies within all brushes', () => {
    const brushes = new Map([
      ['bestLoss', { low: 0.2, high: 0.5 }],
      ['pars.size', { low: -0.5, high: 0.5 }],
    ]);
    expect(selected({ brushes })).toEqual([3]);
    expect(selected({ brushes: new Map([['gone', { low: 0, high: 0 }]]) })).toHaveLength(6);
  });

  it('is thinned to the first half and others at equal distances', () => {
    const rows = Array.from({ length: 100 }, (_, i) => i);
    expect(someOf(rows, 200)).toBe(rows);
    expect(someOf(rows, 10)).toEqual([0, 1, 2, 3, 4, 5, 24, 43, 62, 81]);
  });
});

describe('groups', () => {
  it('say what the finite results of their members have in common', () => {
    const groups = groupsOf([5, 3, 0, 1, 2, 4], [column('pars["a/b"]')], column('bestLoss'));
    expect(groups).toEqual([
      { rows: [5, 3, 4], mean: 0.1875, spread: expect.closeTo(Math.SQRT1_2 / 8, 12), smallest: 0.125, largest: 0.25 },
      { rows: [0, 1, 2], mean: 0.5, spread: Number.NaN, smallest: 0.5, largest: 0.5 },
    ]);
  });
});

it('numbers are short', () => {
  expect([0.1 + 0.2, -1234567, 1e-7, 0, Number.NaN, Number.NEGATIVE_INFINITY].map(short)).toEqual([
    '0.3',
    '−1.23e6',
    '1e−7',
    '0',
    'NaN',
    '-∞',
  ]);
  expect([7, 1234, 1234567].map(grouped)).toEqual(['7', '1\u2009234', '1\u2009234\u2009567']);
  expect([plural(1, 'curve'), plural(0, 'curve'), plural(2, 'match', 'matches')]).toEqual([
    '1 curve',
    '0 curves',
    '2 matches',
  ]);
  expect([0.0304, 12.345, 600, 36_000].map(duration)).toEqual(['30 ms', '12.3 s', '10 min', '10 h']);
});

it('colours lie between those of a ramp', () => {
  const ramp = ['#000000', '#ff0000', '#ffffff'];
  expect([-1, 0, 0.25, 0.5, 1, 2].map((at) => between(ramp, at))).toEqual([
    'rgb(0 0 0)',
    'rgb(0 0 0)',
    'rgb(128 0 0)',
    'rgb(255 0 0)',
    'rgb(255 255 255)',
    'rgb(255 255 255)',
  ]);
});
