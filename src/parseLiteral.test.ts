// Literals read without executing them: what toLiteral writes comes back, and what is no literal is refused by its line.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UserError } from './errors.ts';
import { sameValue, toLiteral } from './literal.ts';
import { parseLiteral } from './parseLiteral.ts';
import { value } from './testing/values.ts';

describe('parseLiteral', () => {
  it('gives back what toLiteral has written, bit by bit', () => {
    fc.assert(
      fc.property(value, (value) => {
        expect(sameValue(parseLiteral(toLiteral(value)), value)).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  it.each<[string, unknown]>([
    ["{ rate: 1e-3, /* as in the paper */ 'a b': [1, 2,], } // the end", { rate: 1e-3, 'a b': [1, 2] }],
    ['"double" ', 'double'],
    ["'\\x41\\u0042\\u{43}\\\n\\0'", 'ABC\0'],
    ['1_000', 1000],
    ['0xff', 255],
    ['-.5e-3', -0.5e-3],
    ['- Infinity', Number.NEGATIVE_INFINITY],
    ['+1', 1],
    ['-12n', -12n],
    ['new Set()', new Set()],
    ['new Date(0)', new Date(0)],
    ['{ 1e3: 1, 0x10: 2 }', { 1000: 1, 16: 2 }],
  ])('reads %s as JavaScript does', (source, expected) => {
    expect(sameValue(parseLiteral(source), expected)).toBe(true);
  });

  it.each([
    ['1 + 1', 'value: line 1: expected \'the end\', got "+ 1"'],
    ['2 ** 10', 'value: line 1: expected \'the end\', got "** 10"'],
    ['process.exit()', 'value: line 1: expected a literal, got "process.exit()"'],
    ['[\n1,\nrequire("fs")]', 'value: line 3: expected a literal, got "require(\\"fs\\")]"'],
    ['new Function("alert(1)")', 'value: line 1: expected a typed array, Map, Set or Date of literals'],
    ['{ __proto__: 1 }', 'expected another key than __proto__'],
    ["{ '__proto__': 1 }", 'expected another key than __proto__'],
    ['{ a }', "expected ':'"],
    ['{ get a() {} }', "expected ':'"],
    ['`1`', 'expected a literal'],
    ["'abc", "expected a string's end"],
    ["'\\u{110000}'", 'expected an escape'],
    ['01', 'expected a literal'],
    ['1n2', "expected 'the end'"],
    ['', 'expected a literal, got the end'],
    ['[1 2]', "expected ']'"],
    ['new Int32Array(3)', 'expected a typed array'],
    ["new Float32Array(['1'])", 'expected a typed array'],
  ])('refuses %s', (source, words) => {
    expect(() => parseLiteral(source)).toThrow(UserError);
    expect(() => parseLiteral(source)).toThrow(words);
  });

  it('passes over any amount of space and comments', () => {
    const much = `${' \n'.repeat(5_000_000)}${'/* */ // x\n'.repeat(1_000_000)}`;
    expect(parseLiteral(`${much}1${much}`)).toBe(1);
  });

  it('refuses depths that would exhaust the stack', () => {
    expect(() => parseLiteral('['.repeat(100_000))).toThrow('expected at most 256 levels');
  });
});
