// The order of configurations, and the table that is shown of them.

import { describe, expect, it } from 'vitest';
import type { Summary } from '../storage/summary.node.ts';
import { noResultText, rank, resultJson, resultText, validationLoss } from './ranking.ts';
import { rankingTable, tableCsv, tableText } from './resultTable.ts';
import { type Row, RowMaker } from './rows.ts';

const of = (index: number, bestLoss: number | null, state: Summary['state'] = 'finished', damage?: string): Row =>
  new RowMaker().rowOf({
    index,
    directory: `runs/${index}`,
    state,
    step: bestLoss === null ? null : 100 * index,
    bestLoss,
    ...(damage !== undefined && { damage }),
    pars: { rate: index / 8, name: index < 4 ? 'a' : 'b' },
    seed: 0,
    info: undefined,
    report: { accuracy: (5 * index) % 8 },
    run: undefined,
  });

const ranking = rank([
  of(1, 0.5),
  of(2, null, 'no result'),
  of(3, 4.036e-5, 'unfinished'),
  of(4, Number.NaN, 'diverged'),
  of(5, 0.5, 'diverged'),
  of(6, 0),
  of(7, null, 'damaged', 'runs/7/log.jsonl: is not valid JSON'),
  of(8, null, 'no result'),
]);

describe('rank', () => {
  it('puts the smallest loss first, of equal ones the lower index, and what has none aside', () => {
    expect(ranking.ranked.map(({ trial }) => trial.index)).toEqual([6, 3, 1, 5]);
    expect(ranking.withoutResult.map(({ trial }) => trial.index)).toEqual([2, 4, 7, 8]);
  });
});

const byAccuracy = rank([of(1, 0.5), of(2, 0.25), of(3, null, 'no result'), of(7, 1, 'damaged', 'broken')], {
  key: 'report.accuracy',
  highest: true,
});

describe('another criterion', () => {
  it('puts the largest first where more is better, and never what is damaged', () => {
    expect(byAccuracy.ranked.map(({ trial, value }) => [trial.index, value])).toEqual([
      [3, 7],
      [1, 5],
      [2, 2],
    ]);
    expect(byAccuracy.withoutResult.map(({ trial }) => trial.index)).toEqual([7]);
  });

  it('is named wherever its numbers are', () => {
    const [best] = byAccuracy.ranked;
    expect(best && resultText(best, byAccuracy.criterion)).toContain('>>> with a report.accuracy of 7\n');
    const table = rankingTable(byAccuracy, ['pars.rate', 'pars.name']);
    expect(tableText(table, byAccuracy, 2).split('\n').slice(0, 4)).toEqual([
      'report.accuracy  validation loss  step  state      configuration  rate   name',
      '              7                         no result  runs/3         0.375  a',
      '              5         0.500000   100  finished   runs/1         0.125  a',
      '… and 1 more',
    ]);
    expect(tableCsv(table).split('\n').slice(0, 3)).toEqual([
      'report.accuracy,bestLoss,step,state,directory,pars.rate,pars.name',
      '7,,,no result,runs/3,0.375,a',
      '5,0.5,100,finished,runs/1,0.125,a',
    ]);
    expect(resultJson(byAccuracy, ['pars.rate'])).toMatchObject({
      by: 'report.accuracy',
      highest: true,
      best: { index: 3, bestLoss: null, value: 7, 'pars.rate': 0.375 },
      withoutResult: [{ index: 7, damage: 'broken' }],
    });
  });

  it('is missing in words', () => {
    expect(noResultText(rank([of(1, 1)], { key: 'report.x' }))).toBe(
      'none of the configurations has a finite report.x (1 finished, without finite report.x); draw others with alc create',
    );
  });
});

describe('tableText', () => {
  it('aligns six significant digits and says which have no result, and why', () => {
    expect(tableText(rankingTable(ranking, []), ranking, 3).split('\n')).toEqual([
      'validation loss  step  state       configuration',
      '              0   600  finished    runs/6',
      '     4.03600e-5   300  unfinished  runs/3',
      '       0.500000   100  finished    runs/1',
      '… and 1 more',
      'without result: 2, 8 (2)',
      'diverged, without finite loss: 4 (1)',
      'damaged: 7 (1)',
      '',
    ]);
  });

  it('does not list thousands', () => {
    const many = rank(Array.from({ length: 3000 }, (_, i) => of(i + 1, null, 'no result')));
    const text = tableText(rankingTable(many, []), many, 10);
    expect(text).toMatch(/^without result: 1, 2, .*, 20 … \(3000\)$/m);
  });
});

describe('noResultText', () => {
  it('advises what can help', () => {
    expect(noResultText(rank([of(1, null, 'no result'), of(2, null, 'diverged')]))).toBe(
      'none of the configurations has a finite validation loss (1 without result, 1 diverged, without finite loss); run them with alc run',
    );
    expect(noResultText(rank([of(1, Number.NaN, 'diverged')]))).toMatch(/; draw others with alc create$/);
  });
});

describe('resultText', () => {
  it('has the words of the original tool', () => {
    const [best] = ranking.ranked;
    expect(best && resultText(best, validationLoss)).toBe(
      '>>> found the best experiment in\nruns/6\n>>> with a validation loss of 0\n',
    );
  });
});
