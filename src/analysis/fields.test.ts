// Trials as rows of values.

import { describe, expect, it } from 'vitest';
import type { StoredTrial } from '../storage/trials.node.ts';
import { fieldsOf, parsOf, resolveKey, varyingPars } from './fields.ts';

const trial: StoredTrial = {
  index: 3,
  directory: 'runs/3',
  state: 'finished',
  step: 10,
  bestLoss: 0.5,
  seed: 7,
  pars: { hidden: [3, 4], rate: 1e-3, optimizer: { name: 'adam', 'top 5': true }, big: 2n, absent: undefined },
  info: { step: 10, bestLoss: 0.5, valLoss: Number.NaN, note: 'x' },
  report: { testLoss: '-Infinity', 'a.b': 1, images: [[1]], nested: { accuracy: 0.9, none: null } },
  run: { state: 'finished', seconds: 2.5, git: { commit: 'abc', dirty: true }, lineage: [{}], files: { a: 'b' } },
};

const rowOf = (pars: Readonly<Record<string, unknown>>) => fieldsOf({ ...trial, pars });

describe('fieldsOf', () => {
  it('has a key for every single value', () => {
    expect(Object.fromEntries(fieldsOf(trial))).toEqual({
      index: 3,
      directory: 'runs/3',
      state: 'finished',
      step: 10,
      bestLoss: 0.5,
      seconds: 2.5,
      seed: 7,
      'pars.hidden': '[3, 4]',
      'pars.rate': 1e-3,
      'pars.optimizer.name': 'adam',
      'pars.optimizer["top 5"]': true,
      'pars.big': '2n',
      'log.step': 10,
      'log.bestLoss': 0.5,
      'log.valLoss': Number.NaN,
      'log.note': 'x',
      'report.testLoss': Number.NEGATIVE_INFINITY,
      'report["a.b"]': 1,
      'report.nested.accuracy': 0.9,
      'report.nested.none': null,
      'run.state': 'finished',
      'run.seconds': 2.5,
      'run.git.commit': 'abc',
      'run.git.dirty': true,
    });
  });

  it('keeps what stands in texts of a list, and has it on one line', () => {
    const words = ['two  spaces', 'a\nbreak', ...Array.from({ length: 30 }, () => 'more')];
    const text = fieldsOf({ ...trial, pars: { words } }).get('pars.words');
    expect(text).toMatch(/^\[ 'two {2}spaces', 'a\\nbreak', 'more',.*\]$/);
  });

  it('has parameters by their own names', () => {
    const named = [...parsOf(rowOf({ rate: 1, 'top 5': true, optimizer: { name: 'adam' } }))];
    expect(named).toEqual([
      ['rate', 1],
      ['["top 5"]', true],
      ['optimizer.name', 'adam'],
    ]);
  });

  it('has null for what is not known of one that never ran', () => {
    const { index, directory, state, step, bestLoss } = {
      ...trial,
      state: 'no result',
      step: null,
      bestLoss: null,
    } as const;
    const none = { pars: undefined, seed: undefined, info: undefined, report: undefined, run: undefined };
    const fields = fieldsOf({ index, directory, state, step, bestLoss, ...none });
    expect([...fields.keys()]).toEqual(['index', 'directory', 'state', 'step', 'bestLoss', 'seconds', 'seed']);
    expect([fields.get('step'), fields.get('seconds'), fields.get('seed')]).toEqual([null, null, null]);
  });
});

describe('resolveKey', () => {
  const keys = new Set([
    'bestLoss',
    'pars.a.rate',
    'pars.b.decay',
    'pars.c.decay',
    'log.loss',
    'report.loss',
    'report.x',
    'report["top 5"]',
    'pars.d["a/b"]',
  ]);
  it.each([
    ['bestLoss', 'bestLoss'],
    ['loss', 'log.loss'],
    ['report.loss', 'report.loss'],
    ['x', 'report.x'],
    ['a.rate', 'pars.a.rate'],
    ['rate', 'pars.a.rate'],
    ['top 5', 'report["top 5"]'],
    ['a/b', 'pars.d["a/b"]'],
    ['decay', undefined],
    ['ate', undefined],
    ['', undefined],
  ])('%s → %s', (name, key) => expect(resolveKey(name, keys)).toBe(key));
});

describe('varyingPars', () => {
  it('names those that differ, or that only some have', () => {
    const rows = [rowOf({ a: 1, b: Number.NaN, c: [1], d: 0 }), rowOf({ a: 2, b: Number.NaN, c: [1], d: 0, e: 1 })];
    expect(varyingPars(rows)).toEqual(['pars.a', 'pars.e']);
    expect(varyingPars([])).toEqual([]);
    expect(varyingPars([rowOf({ 'a/b': 1, parsley: 1 }), rowOf({ 'a/b': 2, parsley: 1 })])).toEqual(['pars["a/b"]']);
  });
});
