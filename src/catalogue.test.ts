// Names and options from configurations.

import { describe, expect, it } from 'vitest';
import { checkNotNegative, checkOneOf, checkPositive, checkSizes, configure, pick, settle } from './catalogue.ts';

const catalogue = { one: () => 1, two: (options: { n?: number }) => 2 * (options.n ?? 1) };

describe('pick', () => {
  it('finds an entry by its name', () => {
    expect(pick('number', catalogue, 'one')).toBe(catalogue.one);
  });

  it.each(['three', 'toString', '__proto__', 'constructor', ''])("names what is not there: '%s'", (name) => {
    expect(() => pick('number', catalogue, name)).toThrow(`number: unknown name, got '${name}'; known are one, two`);
  });
});

describe('configure', () => {
  it('hands on all options but the name', () => {
    const seen: unknown[] = [];
    configure('number', { keep: (options) => seen.push(options) }, { name: 'keep', ...{ n: 3 } });
    expect(seen).toEqual([{ n: 3 }]);
    expect(configure('number', catalogue, { name: 'two', ...{ n: 3 } })).toBe(6);
  });
});

describe('settle', () => {
  const defaults = { rate: 0.1, name: 'x' };

  it.each([
    ['takes defaults', {}, { rate: 0.1, name: 'x' }],
    ['takes what is given', { rate: 0, name: '' }, { rate: 0, name: '' }],
    ['takes the default for undefined', { rate: undefined }, { rate: 0.1, name: 'x' }],
    ['takes what has a name for a number', { rate: { name: 'linear' } }, { rate: { name: 'linear' }, name: 'x' }],
    ['takes objects for a text', { name: {} }, { rate: 0.1, name: {} }],
    ['takes functions for a text', { name: Number }, { rate: 0.1, name: Number }],
    ['takes infinity', { rate: Number.POSITIVE_INFINITY }, { rate: Number.POSITIVE_INFINITY, name: 'x' }],
  ])('%s', (_, given, expected) => {
    expect(settle<object, typeof defaults>('thing', given, defaults)).toEqual(expected);
  });

  it('refuses a value of another type than the default', () => {
    expect(() => settle<object, typeof defaults>('thing', { rate: '0.1' }, defaults)).toThrow(
      "thing: rate must be a number, got '0.1'",
    );
  });

  it.each([
    ['the list [0.9]', [0.9]],
    ['a list', [{}]],
    ['an object', {}],
    ['a function', () => 1],
    ['an instance of Float32Array', new Float32Array(1e6)],
    ['an object with options', { options: [0.9] }],
  ])('refuses %s for a number', (shown, rate) => {
    expect(() => settle<object, typeof defaults>('thing', { rate }, defaults)).toThrow(
      `thing: rate must be a number, got ${shown}`,
    );
  });

  it('refuses what is no list where the default is one', () => {
    expect(() => settle<object, object>('thing', { sizes: 5 }, { sizes: [6, 16] })).toThrow(
      'thing: sizes must be a list, got 5',
    );
  });

  it.each<[unknown, string]>([
    [10, '10'],
    [undefined, 'undefined'],
    [null, 'null'],
    ['adam', "'adam'"],
    [[1, 2], 'the list [1, 2]'],
    [() => 1, 'a function'],
  ])('refuses %j for the options', (given, shown) => {
    expect(() => Reflect.apply(settle, undefined, ['thing', given, defaults, ['size']])).toThrow(
      `thing: expected an object with options, got ${shown}; known are size, rate, name`,
    );
  });

  it('makes the errors that it is told to', () => {
    const complain = (message: string): Error => new RangeError(message);
    for (const given of [5, { rat: 1 }, { rate: Number.NaN }, { rate: '1' }, {}]) {
      expect(() => Reflect.apply(settle, undefined, ['thing', given, defaults, ['size'], complain])).toThrow(
        RangeError,
      );
    }
  });

  it('refuses null, which JSON has for what is absent', () => {
    expect(() => settle<object, typeof defaults>('thing', { rate: null }, defaults)).toThrow(
      'thing: rate must be a number, got null',
    );
  });

  it('changes neither what is given nor the defaults', () => {
    const given = Object.freeze({ rate: undefined });
    settle<object, typeof defaults>('thing', given, Object.freeze({ ...defaults }));
    expect(defaults).toEqual({ rate: 0.1, name: 'x' });
  });

  it.each<[string, object]>([
    ["thing: unknown option, got 'rat'; known are size, rate, name", { size: 1, rat: 1 }],
    ["thing: unknown option, got '__proto__'", { size: 1, ['__proto__']: 1 }],
    ["thing: unknown option, got 'toString'", { size: 1, toString: 1 }],
    ['thing: rate must be a number, got NaN', { size: 1, rate: Number.NaN }],
    ["thing: option 'size' is missing", {}],
    ["thing: option 'size' is missing", { size: undefined }],
  ])('%s', (message, given) => {
    const settled = () => settle<{ size?: number }, typeof defaults>('thing', given, defaults, ['size']);
    expect(settled).toThrow(message);
  });

  it('says so where there are no options', () => {
    expect(() => settle<object, object>('zeros', { value: 1 }, {})).toThrow(
      "zeros: unknown option, got 'value'; known are none",
    );
  });
});

describe('checkPositive', () => {
  it.each<[unknown, string]>([
    [0, '0'],
    [Number.NaN, 'NaN'],
    ['10', "'10'"],
    [[10], 'the list [10]'],
    [undefined, 'undefined'],
  ])('refuses %j', (value, shown) => {
    expect(() => Reflect.apply(checkPositive, undefined, ['thing', 'size', value])).toThrow(
      `thing: size must be positive, got ${shown}`,
    );
  });
});

describe('checks', () => {
  it.each<[string, () => void]>([
    ["thing: rate must be a number from 0 on, got '1'", () => checkNotNegative('thing', { size: 1, rate: '1' })],
    ['thing: rate must be a number from 0 on, got -1', () => checkNotNegative('thing', { rate: -1 })],
    ['thing: size must be positive whole numbers, got 0', () => checkSizes('thing', { units: 1, size: [3, 0] })],
    ["thing: size must be positive whole numbers, got '3'", () => checkSizes('thing', { size: '3' })],
    ["thing: kind must be 'a' or 'b', got 'c'", () => checkOneOf('thing', 'kind', 'c', ['a', 'b'])],
  ])('%s', (message, check) => {
    expect(check).toThrow(message);
  });
});
