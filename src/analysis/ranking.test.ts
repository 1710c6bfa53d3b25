// The order of configurations, and the table that is shown of them.

import { describe, expect, it } from 'vitest';
import type { Summary } from '../storage/summary.node.ts';
import { noResultText, rank, resultText, tableText } from './ranking.ts';

const of = (index: number, bestLoss: number | null, state: Summary['state'] = 'finished'): Summary => ({
  index,
  directory: `runs/${index}`,
  state,
  step: bestLoss === null ? null : 100 * index,
  bestLoss,
});

const ranking = rank([
  of(1, 0.5),
  of(2, null, 'no result'),
  of(3, 4.036e-5, 'unfinished'),
  of(4, Number.NaN, 'diverged'),
  of(5, 0.5, 'diverged'),
  of(6, 0),
  { ...of(7, null, 'damaged'), damage: 'runs/7/log.jsonl: is not valid JSON' },
  of(8, null, 'no result'),
]);

describe('rank', () => {
  it('puts the smallest loss first, of equal ones the lower index, and what has none aside', () => {
    expect(ranking.ranked.map(({ index }) => index)).toEqual([6, 3, 1, 5]);
    expect(ranking.withoutResult.map(({ index }) => index)).toEqual([2, 4, 7, 8]);
  });
});

describe('tableText', () => {
  it('aligns six significant digits and says which have no result, and why', () => {
    expect(tableText(ranking, 3).split('\n')).toEqual([
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
    const text = tableText(rank(Array.from({ length: 3000 }, (_, i) => of(i + 1, null, 'no result'))), 10);
    expect(text).toMatch(/^without result: 1, 2, .*, 20 … \(3000\)$/m);
  });
});

describe('noResultText', () => {
  it('advises what can help', () => {
    expect(noResultText(rank([of(1, null, 'no result'), of(2, null, 'diverged')]))).toBe(
      'none of 2 configurations has a finite validation loss (1 without result, 1 diverged, without finite loss); run them with alc run',
    );
    expect(noResultText(rank([of(1, Number.NaN, 'diverged')]))).toMatch(/; draw others with alc create$/);
  });
});

describe('resultText', () => {
  it('has the words of the original tool', () => {
    const [best] = ranking.ranked;
    expect(best && resultText(best)).toBe(
      '>>> found the best experiment in\nruns/6\n>>> with a validation loss of 0\n',
    );
  });
});
