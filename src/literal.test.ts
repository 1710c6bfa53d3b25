// Values as source: what is written evaluates to the same value, looks as it should, and what cannot be written is named.

import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UserError } from './errors.ts';
import { differences, memberPath, sameValue, toLiteral } from './literal.ts';
import { key, value } from './testing/values.ts';

/** Executes modules that export the sources, by a real import. */
async function evaluate(...sources: string[]): Promise<unknown[]> {
  const module = sources.map((source, i) => `export const v${i} = ${source};`).join('\n');
  const exports = await import(/* @vite-ignore */ `data:text/javascript,${encodeURIComponent(module)}`);
  return sources.map((_, i) => exports[`v${i}`]);
}

describe('toLiteral', () => {
  it('writes what evaluates to the same value', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(value, { minLength: 1, maxLength: 20 }), async (values) => {
        const found = await evaluate(...values.map((value) => toLiteral(value)));
        for (const [i, value] of values.entries()) {
          expect(sameValue(found[i], value)).toBe(true);
          expect(isDeepStrictEqual(found[i], value)).toBe(true); // a second opinion
          expect(toLiteral(found[i])).toBe(toLiteral(value));
        }
      }),
      { numRuns: 100 },
    );
  }, 30_000);

  it.each<[unknown, string]>([
    [Number.NaN, 'NaN'],
    [Number.NEGATIVE_INFINITY, '-Infinity'],
    [-0, '-0'],
    [3e-4, '0.0003'],
    [1e21, '1e+21'],
    [undefined, 'undefined'],
    [null, 'null'],
    [12n, '12n'],
    ["it's", "'it\\'s'"],
    ['"a"\n\\\u2028\u0000é😀\ud83d', '\'"a"\\n\\\\\\u2028\\u0000é😀\\ud83d\''],
    ['</script><!--', "'\\u003c/script>\\u003c!--'"],
    [[], '[]'],
    [{}, '{}'],
    [[64, 32], '[64, 32]'],
    [{ a: 1, 'b-c': 2, 3: 4, '05': 6, class: 7 }, "{ 3: 4, a: 1, 'b-c': 2, '05': 6, class: 7 }"],
    [
      Float32Array.of(0.1, -0, 16_777_216, 1e-45, 3.4028234663852886e38),
      'new Float32Array([0.1, -0, 16777216, 1e-45, 3.4028235e+38])',
    ],
    [Float64Array.of(0.1), 'new Float64Array([0.1])'],
    [Uint8Array.of(), 'new Uint8Array([])'],
    [BigInt64Array.of(-1n), 'new BigInt64Array([-1n])'],
    [new Map([['a', { b: 1 }]]), "new Map([['a', { b: 1 }]])"],
    [new Set([1, '2']), "new Set([1, '2'])"],
    [new Date(0), "new Date('1970-01-01T00:00:00.000Z')"],
    [new Date(Number.NaN), 'new Date(NaN)'],
    [Object.assign(Object.create(null), { a: 1 }), '{ a: 1 }'],
  ])('writes %o', (value, literal) => {
    expect(toLiteral(value)).toBe(literal);
  });

  it('puts one key on a line where one line would be too long, and short ones on one', () => {
    const pars = {
      hidden: [64, 32],
      optimizer: { name: 'rmsprop', learningRate: 0.0005, momentum: 0.99 },
      longer: { name: 'rmsprop', learningRate: 0.0005, momentum: 0.99, decay: 0.9, weightDecay: 0.00001 },
      many: Array.from({ length: 40 }, (_, i) => i * 11),
      options: [
        { name: 'one of the longer names', value: 1 },
        { name: 'another of the longer names', value: 2 },
      ],
    };
    expect(toLiteral(pars)).toBe(`{
  hidden: [64, 32],
  optimizer: { name: 'rmsprop', learningRate: 0.0005, momentum: 0.99 },
  longer: {
    name: 'rmsprop',
    learningRate: 0.0005,
    momentum: 0.99,
    decay: 0.9,
    weightDecay: 0.00001,
  },
  many: [
    0, 11, 22, 33, 44, 55, 66, 77, 88, 99, 110, 121, 132, 143, 154, 165, 176,
    187, 198, 209, 220, 231, 242, 253, 264, 275, 286, 297, 308, 319, 330, 341,
    352, 363, 374, 385, 396, 407, 418, 429,
  ],
  options: [
    { name: 'one of the longer names', value: 1 },
    { name: 'another of the longer names', value: 2 },
  ],
}`);
  });

  it('keeps to 80 columns', () => {
    const short = fc.oneof(fc.integer(), fc.string({ maxLength: 8 }), fc.boolean());
    const nested = fc.dictionary(
      fc.stringMatching(/^[a-z]{1,8}$/),
      fc.oneof(
        short,
        fc.array(short),
        fc.dictionary(
          key.map((k) => k.slice(0, 5)).filter((k) => k !== '__proto__'),
          short,
        ),
      ),
    );
    fc.assert(
      fc.property(nested, fc.nat(30), (value, column) => {
        const [first = '', ...rest] = toLiteral(value, 'value', column).split('\n');
        for (const line of [' '.repeat(column) + first, ...rest]) expect(line.length).toBeLessThanOrEqual(80);
      }),
    );
  });

  it('writes long lists: more than a call could have arguments', async () => {
    const long = Float32Array.from({ length: 100_000 }, (_, i) => Math.fround(i / 7));
    const [found] = await evaluate(toLiteral(long));
    expect(sameValue(found, long)).toBe(true);
  });

  it('writes a shared object twice, which is not a circle', () => {
    const shared = { a: 1 };
    expect(toLiteral([shared, shared])).toBe('[{ a: 1 }, { a: 1 }]');
  });

  class Schedule {
    rate = 1;
  }
  const circle: Record<string, unknown> = { a: {} };
  circle.a = { back: circle };
  const sparse = [1];
  sparse[2] = 3;

  it.each<[string, unknown, string]>([
    [
      'a function',
      { optimizer: { schedule: () => 1 } },
      'pars.optimizer.schedule: cannot be written, got a function; use a name and let the experiment look the function up',
    ],
    ['a class', { c: Schedule }, 'pars.c: cannot be written, got a function'],
    ['a symbol', { list: [Symbol('s')] }, 'pars.list[0]: cannot be written, got a symbol; use a string'],
    [
      'a symbol as key',
      { o: { [Symbol('s')]: 1 } },
      'pars.o: cannot be written, got a key that is a symbol; use a string',
    ],
    [
      'a circle',
      circle,
      'pars.a.back: cannot be written, it is pars again and so never ends; use a copy without the circle',
    ],
    [
      'an instance',
      { s: new Schedule() },
      'pars.s: cannot be written, got an instance of Schedule; use a plain object, a list or a typed array',
    ],
    ['a promise', { p: Promise.resolve() }, 'pars.p: cannot be written, got an instance of Promise'],
    ['a regular expression', { r: /a/ }, 'pars.r: cannot be written, got an instance of RegExp'],
    ['a buffer of Node', { b: Buffer.from('a') }, 'pars.b: cannot be written, got an instance of Buffer'],
    ['an ArrayBuffer', { b: new ArrayBuffer(1) }, 'pars.b: cannot be written, got an instance of ArrayBuffer'],
    ['a list of another class', new (class Row extends Array {})(), 'pars: cannot be written, got an instance of Row'],
    [
      '__proto__',
      JSON.parse('{"a": {"__proto__": {"x": 1}}}'),
      'pars.a.__proto__: cannot be written, the key __proto__ has a meaning of its own; use another',
    ],
    [
      'a hole',
      { list: sparse },
      'pars.list: cannot be written, got a list with a hole at 1; use undefined or null there',
    ],
    [
      'a match',
      { m: 'a'.match(/a/) },
      "pars.m: cannot be written, got a list with a property 'index'; use a plain object",
    ],
    ['what is in a map', new Map([['a', () => 1]]), 'pars[0][1]: cannot be written, got a function'],
  ])('refuses %s', (_, value, message) => {
    expect(() => toLiteral(value, 'pars')).toThrow(UserError);
    expect(() => toLiteral(value, 'pars')).toThrow(message);
  });
});

describe('memberPath', () => {
  it.each([
    ['', 'a', 'a'],
    ['a', 'b', 'a.b'],
    ['a', 0, 'a[0]'],
    ['a', '0', 'a["0"]'],
    ['', 'b c', '["b c"]'],
  ])('%s and %s', (path, key, member) => {
    expect(memberPath(path, key)).toBe(member);
  });
});

describe('sameValue', () => {
  it('is as strict as Object.is, but for the order of keys', () => {
    expect(sameValue({ a: 1, b: [Number.NaN] }, { b: [Number.NaN], a: 1 })).toBe(true);
    expect(sameValue(Object.assign(Object.create(null), { a: 1 }), { a: 1 })).toBe(true);
    const pairs: [unknown, unknown][] = [
      [0, -0],
      [1, 1n],
      [1, '1'],
      [null, undefined],
      [{ a: undefined }, {}],
      [{ a: undefined }, { b: undefined }],
      [{ toString: undefined }, {}],
      [[], {}],
      [
        [1, 2],
        [2, 1],
      ],
      [[undefined], []],
      [[1], Uint8Array.of(1)],
      [Float32Array.of(1), Float64Array.of(1)],
      [Float32Array.of(0), Float32Array.of(-0)],
      [Float32Array.of(0), Float32Array.of(0, 0)],
      [new Map([[1, 2]]), new Map([[1, 3]])],
      [new Set([1]), new Set([2])],
      [new Set([1]), new Map([[1, 1]])],
      [new Date(0), new Date(1)],
      [new Date(0), { ...new Date(0) }],
    ];
    for (const [a, b] of pairs) {
      expect([a, b, sameValue(a, b)]).toEqual([a, b, false]);
      expect([a, b, sameValue(b, a)]).toEqual([a, b, false]);
    }
  });

  it('is reflexive, on copies too', () => {
    fc.assert(
      fc.property(fc.clone(value, 2), ([a, b]) => {
        expect(sameValue(a, b)).toBe(true);
      }),
    );
  });
});

describe('differences', () => {
  it('lists paths with old and new values', () => {
    const a = { hidden: [64, 32], optimizer: { name: 'sgd', learningRate: 0.001, momentum: 0.9 }, old: 1, 'a b': -0 };
    const b = { hidden: [64], optimizer: { name: 'sgd', learningRate: 0.01, epsilon: 1e-8 }, 'a b': 0, new: null };
    expect(differences(a, b)).toEqual([
      'hidden: [64, 32] -> [64]',
      'optimizer.learningRate: 0.001 -> 0.01',
      'optimizer.momentum: 0.9 -> absent',
      'optimizer.epsilon: absent -> 1e-8',
      'old: 1 -> absent',
      '["a b"]: -0 -> 0',
      'new: absent -> null',
    ]);
    expect(differences({ x: 1 }, { x: 2 }, 'pars')).toEqual(['pars.x: 1 -> 2']);
    expect(differences(1, { x: 2 })).toEqual(['1 -> { x: 2 }']);
  });

  it('shortens long values and shows what cannot be written', () => {
    const [long = ''] = differences({ a: 'x'.repeat(1000) }, { a: 1 });
    expect(long.length).toBeLessThan(80);
    expect(long).toMatch(/x… -> 1$/);
    expect(differences({ a: Buffer.from('a') }, { a: Symbol('s') })).toEqual(['a: an instance of Buffer -> Symbol(s)']);
  });

  it('are none if and only if the values are the same', () => {
    fc.assert(
      fc.property(value, value, (a, b) => {
        expect(differences(a, b).length === 0).toBe(sameValue(a, b));
        expect(differences(a, a)).toEqual([]);
      }),
    );
  });
});
