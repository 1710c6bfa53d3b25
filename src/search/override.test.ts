// Assignments from a command line.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UserError } from '../errors.ts';
import { memberPath } from '../literal.ts';
import { parseAssignment, parsePath, setPath } from './override.ts';

describe('parsePath', () => {
  it.each([
    ['a', ['a']],
    ['optimizer.learningRate', ['optimizer', 'learningRate']],
    ['hidden[0]', ['hidden', '0']],
    ['hidden.0', ['hidden', '0']],
    ['a[1][2].b', ['a', '1', '2', 'b']],
    ['scores["top 5"].x', ['scores', 'top 5', 'x']],
    ['layer-sizes', ['layer-sizes']],
    ['a["\\u0000"]', ['a', '\u0000']],
  ])('reads %s', (path, keys) => {
    expect(parsePath(path)).toEqual(keys);
  });

  it('reads every path that is printed', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.string(), fc.nat()), { minLength: 1 }), (keys) => {
        expect(parsePath(keys.reduce<string>(memberPath, ''))).toEqual(keys.map(String));
      }),
    );
  });

  it.each([
    '',
    '.',
    'a.',
    '.a',
    'a..b',
    'a[',
    'a[x]',
    'a[0',
    'a[0]b',
    'a["b]',
    'a["\\q"]',
    'a["\0"]',
  ])('refuses %j', (path) => {
    expect(() => parsePath(path)).toThrow(
      `--set: '${path}' is not a path; write it like optimizer.learningRate or hidden[0]`,
    );
  });
});

describe('parseAssignment', () => {
  it.each<[string, unknown]>([
    ['1e-3', 1e-3],
    ['.5', 0.5],
    ['5.', 5],
    ['+1', 1],
    ['-0', -0],
    ['NaN', Number.NaN],
    ['Infinity', Number.POSITIVE_INFINITY],
    ['-Infinity', Number.NEGATIVE_INFINITY],
    ['true', true],
    ['null', null],
    ['"relu"', 'relu'],
    ['relu', 'relu'],
    ['a=b', 'a=b'],
    ['007', '007'],
    ['infinity', 'infinity'],
    ['1e', '1e'],
    ['[64, 32]', [64, 32]],
    ['{"name": "adam"}', { name: 'adam' }],
  ])('reads the value %s', (text, value) => {
    expect(parseAssignment(`a.b=${text}`)).toMatchObject({ path: 'a.b', value });
  });

  it.each([
    ['a', "--set: 'a' is no assignment; write it like optimizer.learningRate=1e-3"],
    ['=1', "--set: '' is not a path"],
    ['a={name: 1}', '--set: the value of a is not JSON, got {name: 1}; names and strings need double quotes'],
    ['a=', '--set: a has no value; write a=\'""\' for an empty text'],
    ['a=[1,', '--set: the value of a is not JSON'],
  ])('refuses %s', (text, message) => {
    expect(() => parseAssignment(text)).toThrow(UserError);
    expect(() => parseAssignment(text)).toThrow(message);
  });
});

describe('setPath', () => {
  const set = (pars: object, path: string, value: unknown) => setPath(pars, { path, value, isBare: false });
  const weights = Float32Array.of(1, 2);
  const pars = () => ({ hidden: [64, { n: 32 }], optimizer: { name: 'sgd', learningRate: 0.1 }, weights });

  it('changes one value in a copy', () => {
    const before = pars();
    const after = set(before, 'optimizer.learningRate', 0.01);
    expect(before).toEqual(pars());
    expect(after).toEqual({ ...pars(), optimizer: { name: 'sgd', learningRate: 0.01 } });
    expect(after.hidden).not.toBe(before.hidden);
    expect(after.weights).not.toBe(weights);
    expect(Object.keys(after)).toEqual(Object.keys(before));
  });

  it('changes elements of lists', () => {
    expect(set(pars(), 'hidden[0]', 8).hidden).toEqual([8, { n: 32 }]);
    expect(set(pars(), 'hidden.1.n', 8).hidden).toEqual([64, { n: 8 }]);
  });

  it.each([
    ['optimiser.learningRate', "--set: there is no 'optimiser' in pars; known are hidden, optimizer, weights"],
    ['optimizer.learningrate', "--set: there is no 'learningrate' in optimizer; known are name, learningRate"],
    ['optimizer.schedule.rate', "--set: there is no 'schedule' in optimizer; known are name, learningRate"],
    ['optimizer.name.x', "--set: optimizer.name is neither an object nor a list, so it has no 'x'"],
    ['hidden[2]', "--set: hidden is a list of 2, there is no element '2' in it"],
    ['hidden.length', "--set: hidden is a list of 2, there is no element 'length' in it"],
    ['weights[0]', "--set: weights is neither an object nor a list, so it has no '0'"],
    ['__proto__.polluted', "--set: '__proto__' cannot be set in pars; use another name"],
    ['optimizer.__proto__', "--set: '__proto__' cannot be set in optimizer"],
    ['constructor.prototype.polluted', "--set: 'constructor' cannot be set in pars"],
    ['toString.x', "--set: there is no 'toString' in pars"],
  ])('refuses %s', (path, message) => {
    expect(() => set(pars(), path, 1)).toThrow(UserError);
    expect(() => set(pars(), path, 1)).toThrow(message);
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
  });

  it.each([
    [
      'optimizer.learningRate=abc',
      'learningRate is a number, got the text abc; write optimizer.learningRate=\'"abc"\'',
    ],
    ['hidden=64', undefined],
    ['hidden=wide', 'hidden is a list, got the text wide'],
    ['hidden="wide"', undefined],
    ['optimizer.name=adam', undefined],
    ['optimizer.learningRate={"name": "linear"}', undefined],
    ['flag=yes', 'flag is a boolean, got the text yes'],
    ['none=some', undefined],
  ])('does not take a bare text for something else: %s', (text, message) => {
    const all = { ...pars(), flag: true, none: null };
    const change = () => setPath(all, parseAssignment(text));
    if (message === undefined) expect(change()).not.toEqual(all);
    else expect(change).toThrow(message);
  });

  it('sets what parsePath reads, for any key', () => {
    const keys = fc.string().filter((key) => !['__proto__', 'constructor', 'prototype'].includes(key));
    fc.assert(
      fc.property(keys, keys, fc.anything(), (outer, inner, value) => {
        const path = memberPath(memberPath('', outer), inner);
        expect(set({ [outer]: { [inner]: 0 } }, path, value)).toEqual({ [outer]: { [inner]: value } });
      }),
    );
  });
});
