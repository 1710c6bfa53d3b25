// Rows say what the trials say, whatever they have in common.

import { describe, expect, it } from 'vitest';
import type { StoredTrial } from '../storage/trials.node.ts';
import { fieldsOf } from './fields.ts';
import { RowMaker } from './rows.ts';

const trial = (index: number, pars: StoredTrial['pars'], run?: StoredTrial['run']): StoredTrial => ({
  index,
  directory: `runs/${index}`,
  state: 'finished',
  step: 10,
  bestLoss: index / 8,
  pars,
  seed: index,
  info: { step: 10, bestLoss: index / 8, valLoss: Number.NaN },
  report: { scores: [1, 2], note: 'a text' },
  run,
});

const trials = [
  trial(1, { optimizer: { name: 'adam', rate: 0.5 } }, { node: '20', git: { commit: 'abc' } }),
  trial(2, { optimizer: { name: 'sgd', rate: 0.25 } }, { node: '20', git: { commit: 'abc' } }),
  trial(3, { optimizer: { rate: 0.25, name: 'sgd' }, more: null }),
  trial(4, undefined),
  trial(5, { optimizer: { name: 'adam', rate: 0.5 } }, { node: '22', git: { commit: 'abc' } }),
];

describe('rows', () => {
  const maker = new RowMaker();
  const rows = trials.map((trial) => maker.rowOf(trial));

  it('have all fields, in their order', () => {
    expect(rows.map(({ fields }) => [...fields])).toEqual(trials.map((trial) => [...fieldsOf(trial)]));
    expect(rows.map(({ fields }) => [...fields.keys()])).toEqual(trials.map((trial) => [...fieldsOf(trial).keys()]));
  });

  it('have a value by its key, and none by others', () => {
    expect(rows.map(({ fields }) => fields.get('run.git.commit'))).toEqual(['abc', 'abc', undefined, undefined, 'abc']);
    expect(rows.map(({ fields }) => fields.get('pars.more'))).toEqual([
      undefined,
      undefined,
      null,
      undefined,
      undefined,
    ]);
    expect(rows[0]?.fields.get('log.valLoss')).toBeNaN();
  });

  it('have of the trial what sums it up', () => {
    expect(rows[1]?.trial).toEqual({ index: 2, directory: 'runs/2', state: 'finished', step: 10, bestLoss: 0.25 });
  });
});
