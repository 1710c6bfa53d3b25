// Canonical JSON: round trips, refusals with paths, hostile texts.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tensor } from '../data/tensor.ts';
import { UserError } from '../errors.ts';
import { printable } from '../printable.ts';
import {
  type Json,
  maxJsonDepth,
  numberFrom,
  parseJson,
  parseJsonOfAnyKeys,
  parseLog,
  stringify,
  stringifyInParts,
} from './json.ts';

const forbidden = ['__proto__', 'constructor', 'prototype'];
const key = fc.string({ unit: 'binary' }).filter((text) => !forbidden.includes(text));
const { plain } = fc.letrec<{ plain: Json }>((tie) => ({
  plain: fc.oneof(
    { maxDepth: 5 },
    fc.constant(null),
    fc.boolean(),
    fc.string({ unit: 'binary' }),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.array(tie('plain')),
    fc.dictionary(key, tie('plain')),
  ),
}));

describe('stringify', () => {
  it('is read again as the same, at any indent, -0 included', () => {
    fc.assert(
      fc.property(plain, fc.integer({ min: 0, max: 4 }), (value, indent) => {
        const text = stringify(value, indent);
        expect(parseJson(text, 'text')).toEqual(value);
        expect(stringify(parseJson(text, 'text'), indent)).toBe(text);
      }),
    );
  });

  it('gives the same in parts', () => {
    const lists = fc.array(fc.oneof(plain, fc.dictionary(key, plain)));
    fc.assert(
      fc.property(fc.dictionary(key, fc.oneof(plain, lists)), fc.integer({ min: 1, max: 4 }), (value, indent) => {
        expect([...stringifyInParts(value, indent)].join('\n')).toBe(stringify(value, indent));
      }),
    );
  });

  it('agrees with JSON.stringify on a single line where that loses nothing', () => {
    fc.assert(
      fc.property(plain, (value) => {
        fc.pre(!stringify(value).includes('-0'));
        expect(stringify(value)).toBe(printable(JSON.stringify(value)));
      }),
    );
  });

  it('loses no number', () => {
    fc.assert(fc.property(fc.double(), (x) => Object.is(numberFrom(parseJson(stringify(x), 'x')), x)));
    expect(stringify([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0, 1e21, 5e-324])).toBe(
      '["NaN","Infinity","-Infinity",-0,1e+21,5e-324]',
    );
  });

  it('keeps the order of keys and puts lists of scalars on one line', () => {
    expect(stringify({ b: 1, a: [1, 2], c: [[1], {}], d: [] }, 2)).toBe(
      '{\n  "b": 1,\n  "a": [1, 2],\n  "c": [\n    [1],\n    {}\n  ],\n  "d": []\n}',
    );
  });

  it('writes typed arrays and tensors as nested lists', () => {
    expect(stringify({ a: new Float32Array([0.5, Number.NaN]), b: new Uint16Array([1, 2]) })).toBe(
      '{"a":[0.5,"NaN"],"b":[1,2]}',
    );
    expect(stringify(tensor(new Int32Array(12).fill(7), [2, 3, 2]))).toBe('[[[7,7],[7,7],[7,7]],[[7,7],[7,7],[7,7]]]');
    expect(stringify(Object.assign(new Float32Array(4), { shape: [2, 2] }))).toBe('[[0,0],[0,0]]');
    expect(stringify(tensor(new Uint8Array(0), [1e9, 0]))).toBe('[]');
    expect(stringify({ data: new Uint8Array(3), shape: [2] })).toBe('{"data":[0,0,0],"shape":[2]}');
  });

  it('refuses what is no plain data, naming its path', () => {
    const cycle: { inner: unknown[] } = { inner: [] };
    cycle.inner.push(cycle);
    const cases: [unknown, RegExp][] = [
      [{ weights: [1, 2, 3, undefined] }, /^report\.weights\[3\]: .* undefined; /],
      [{ 'a b': { f: () => 1 } }, /^report\['a b'\]\.f: .* a function; /],
      [[Symbol('x')], /^report\[0\]: .* a symbol; /],
      [{ n: 1n }, /^report\.n: .* a bigint; /],
      [{ n: new BigInt64Array(1) }, /^report\.n\[0\]: .* a bigint; /],
      [cycle, /^report\.inner\[0\]: .* contains itself; /],
      [{ at: new Date(0) }, /^report\.at: .* an instance of Date; results hold no times/],
      [{ m: new Map() }, /^report\.m: .* an instance of Map; /],
      [{ e: new Error('x') }, /^report\.e: .* an instance of Error; /],
      [{ v: new DataView(new ArrayBuffer(1)) }, /^report\.v: .* an instance of DataView; /],
      [{ toJSON: () => 1 }, /^report\.toJSON: .* a function; /],
      [{ [Symbol('s')]: 1 }, /^report: .* a symbol as key; /],
      [{ a: { constructor: 1 } }, /^report\.a\.constructor: .* the key constructor; /],
      [JSON.parse('{"__proto__":1}'), /^report\.__proto__: /],
      [new Array(1), /^report\[0\]: .* undefined; /],
    ];
    for (const [value, message] of cases) expect(() => stringify(value, 2, 'report')).toThrow(message);
    for (const [value] of cases) expect(() => stringify(value)).toThrow(UserError);
  });

  it('lets the same value stand in two places, and goes as deep as it can be read', () => {
    const shared = [1];
    expect(stringify({ a: shared, b: shared })).toBe('{"a":[1],"b":[1]}');
    const nested = (depth: number): unknown => (depth === 0 ? 1 : [nested(depth - 1)]);
    expect(parseJson(stringify(nested(maxJsonDepth)), 'text')).toEqual(nested(maxJsonDepth));
    expect(() => stringify(nested(maxJsonDepth + 1))).toThrow(/more than 64 levels deep; /);
  });
});

describe('parseJson', () => {
  it('refuses what is dangerous or ambiguous in one sentence that names the text', () => {
    const cases: [string, RegExp][] = [
      ['', /^a\.json: is not valid JSON/],
      ['{"a":1', /^a\.json: is not valid JSON/],
      ['{"\u001b[31m', /^a\.json: is not valid JSON [ -~]*$/],
      ['{"a":{"__proto__":{}}}', /the key __proto__ is not allowed/],
      ['{"\\u005f_proto__":1}', /the key __proto__ is not allowed/],
      ['[{"constructor":1}]', /the key constructor is not allowed/],
      ['{"prototype":1}', /the key prototype is not allowed/],
      ['{"a":1,"\\u0061":2}', /a key stands twice/],
      ['[1e999]', /a number is too large, got Infinity/],
      ['['.repeat(65) + ']'.repeat(65), /nested too deeply, got 65 levels/],
      ['['.repeat(1e6), /nested too deeply/],
    ];
    for (const [text, message] of cases) {
      expect(() => parseJson(text, 'a.json')).toThrow(message);
      expect(() => parseJson(text, 'a.json')).toThrow(UserError);
    }
  });

  it('accepts any key where that is asked for, as a key and nothing more', () => {
    const value = parseJsonOfAnyKeys('{"__proto__":{"x":1}}', 'text');
    expect(Object.keys(value ?? {})).toEqual(['__proto__']);
    expect('x' in Object(value)).toBe(false);
  });

  it('throws nothing but UserError', () => {
    const pieces = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"',
      '\\',
      '"a"',
      '"__proto__"',
      '1',
      '-0',
      'null',
      ' ',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(pieces).map((parts) => parts.join('')),
        ),
        (text) => {
          try {
            parseJson(text, 'text');
          } catch (error) {
            expect(error).toBeInstanceOf(UserError);
          }
        },
      ),
      { numRuns: 2000 },
    );
  });
});

describe('parseLog', () => {
  const info = fc
    .record({
      step: fc.nat(),
      bestLoss: fc.double(),
      more: fc.dictionary(key, fc.oneof(fc.double(), fc.boolean(), fc.constant(null), fc.string())),
    })
    .map(({ more, step, bestLoss }) => ({ ...more, step, bestLoss }))
    .filter((fields) => !Object.values(fields).some((x) => typeof x === 'string' && numberFrom(x) !== undefined));

  it('gives back what was written, non-finite numbers included', () => {
    fc.assert(
      fc.property(fc.array(info), (infos) => {
        const text = infos.map((fields) => `${stringify(fields)}\n`).join('');
        const read = parseLog(text, 'log.jsonl');
        expect(read).toEqual(infos);
        expect(read.map((fields) => `${stringify(fields)}\n`).join('')).toBe(text);
      }),
    );
  });

  it('refuses other lines, naming them', () => {
    const good = '{"step":1,"bestLoss":"NaN"}\n';
    expect(parseLog(good, 'log')).toEqual([{ step: 1, bestLoss: Number.NaN }]);
    expect(parseLog('', 'log')).toEqual([]);
    expect(() => parseLog(`${good}{"step":2`, 'log')).toThrow(/^log: the last line is cut/);
    expect(() => parseLog(`${good}\n`, 'log')).toThrow(/^log: line 2: is not valid JSON/);
    expect(() => parseLog(`${good}[]\n`, 'log')).toThrow(/^log: line 2: expected an object, got a list/);
    expect(() => parseLog('{"step":1}\n', 'log')).toThrow(/^log: line 1: 'step' and 'bestLoss' must be numbers/);
    expect(() => parseLog('{"step":1,"bestLoss":1,"a":[]}\n', 'log')).toThrow(/^log: line 1: 'a' must be a number/);
  });
});
