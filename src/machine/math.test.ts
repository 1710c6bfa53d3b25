// The elementary functions of the core (assembly/math.ts, assembly/double.ts) through their kernels: error bounds over
// a sweep of all float32 (bench/accuracy.mjs takes every one), special values, independence of the lanes.

import { readFileSync } from 'node:fs';
import { instantiateSync } from '@assemblyscript/loader';
import { describe, expect, it } from 'vitest';
import { leaf } from '../graph/node.ts';
import * as ops from '../graph/ops/index.ts';
import { moduleOf } from './code.ts';
import { apart } from './fuse.ts';
import { fused } from './kernel.ts';

const memory = new WebAssembly.Memory({ initial: 16 });
const module = new WebAssembly.Module(readFileSync(new URL('../../dist/core.wasm', import.meta.url)));
const { exports } = instantiateSync(module, { env: { memory } }).instance;

const INSTRUCTION = 1024;
const BLOCK = 1 << 14;
const X = 4096;
const Y = X + 4 * BLOCK;
const Z = Y + 4 * BLOCK;
const floats = (address: number, length: number) => new Float32Array(memory.buffer, address, length);

// Those that are made when a program is assembled.
const { negate, sqrt, abs, square, reciprocal, sign, softsign, relu } = ops;
const x = leaf('input', 'x', [BLOCK]);
const passes = apart(
  [negate, sqrt, abs, square, reciprocal, sign, softsign, relu].map((op) => op(x)),
  (node) => node,
  [],
);
const bodies = passes.map((pass) => fused(pass, () => 0)[0].body);
const made = new WebAssembly.Instance(new WebAssembly.Module(moduleOf(bodies)), { env: { memory } }).exports;
const madeFor = (op: string) => made[passes.findIndex(({ nodes }) => nodes[0]?.op === op)];

function call(kernel: string, ...operands: number[]): void {
  new Uint32Array(memory.buffer, INSTRUCTION, operands.length + 2).set([0, 0, ...operands]);
  const run = exports[kernel] ?? madeFor(kernel);
  if (typeof run !== 'function') throw new Error(`no kernel ${kernel}`);
  run(INSTRUCTION);
}

/** y = kernel(x); a view, valid until the next call. */
function map(kernel: string, x: ArrayLike<number>): Float32Array {
  floats(X, x.length).set(x);
  call(kernel, Y, X, x.length);
  return floats(Y, x.length);
}

const one = (kernel: string, x: number): number => map(kernel, [x])[0] ?? Number.NaN;

function pow(x: number, y: number): number {
  floats(X, 1)[0] = x;
  floats(Y, 1)[0] = y;
  call('pow', Z, X, Y, 1, 1, 1, 1, 1, 1);
  return floats(Z, 1)[0] ?? Number.NaN;
}

function double(kernel: string, x: number): number {
  new Float64Array(memory.buffer, X, 1)[0] = x;
  call(kernel, Y, X);
  return new Float64Array(memory.buffer, Y, 1)[0] ?? Number.NaN;
}

const bits = new DataView(new ArrayBuffer(8));
function ulp(x: number, digits: number, smallest: number, largest: number): number {
  bits.setFloat64(0, x);
  return 2 ** (Math.min(Math.max(((bits.getUint16(0) >>> 4) & 2047) - 1023, smallest), largest) - digits);
}
const ulp32 = (x: number): number => ulp(x, 23, -126, 127);
const ulp64 = (x: number): number => ulp(x, 52, -1022, 1023);

/** Distance of a float from the exact result in units of `unit`; infinity is 2^128, a wrong NaN or zero infinitely far. */
function distance(value: number, exact: number, unit: number): number {
  if (Object.is(value, exact)) return 0;
  const limit = 2 ** 128;
  if (Math.abs(exact) > limit && value === Math.sign(exact) * Number.POSITIVE_INFINITY) return 0;
  const error = Math.abs(Math.min(Math.max(value, -limit), limit) - exact) / unit;
  return error > 0 && Math.abs(exact) < limit ? error : Number.POSITIVE_INFINITY;
}

/** The largest distance over `count` bit patterns, an odd stride apart, of the arguments from `from` on. */
function worst(
  kernel: string,
  reference: (x: number) => number,
  from = Number.NEGATIVE_INFINITY,
  unit: (x: number, exact: number) => number = (_, exact) => ulp32(exact),
): [error: number, at: number] {
  const count = 1 << 20;
  const stride = 2 ** 32 / count - 1;
  const patterns = new Uint32Array(BLOCK);
  let result: [number, number] = [0, 0];
  for (let start = 0; start < count; start += BLOCK) {
    for (let i = 0; i < BLOCK; i++) patterns[i] = (start + i) * stride;
    const y = map(kernel, new Float32Array(patterns.buffer));
    for (const [i, x] of floats(X, BLOCK).entries()) {
      const exact = reference(x);
      const error = distance(y[i] ?? 0, exact, unit(x, exact));
      if (error > result[0] && !(x < from)) result = [error, x];
    }
  }
  return result;
}

/** As in bench/accuracy.mjs. */
function erf(x: number): number {
  const a = Math.abs(x);
  if (a >= 2) return x < 0 ? erfc(a) - 1 : 1 - erfc(a);
  let term = (2 / Math.sqrt(Math.PI)) * x;
  let sum = term;
  for (let n = 1; Math.abs(term) > 1e-17 * Math.abs(sum); n++) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return Math.exp(-x * x) * sum;
}

function erfc(x: number): number {
  if (!(x >= 2)) return 1 - erf(x);
  let fraction = x;
  for (let n = 60; n > 0; n--) fraction = x + n / 2 / fraction;
  return Math.exp(-x * x) / Math.sqrt(Math.PI) / fraction;
}

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
const softplus = (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
const silu = (x: number): number => (x < -200 ? -0 : x / (1 + Math.exp(-x)));
const gelu = (x: number): number => (x < -50 ? -0 : (x / 2) * erfc(-x * Math.SQRT1_2));

const inf = Number.POSITIVE_INFINITY;
const nan = Number.NaN;
const tiny = 2 ** -149;

describe('errors over a sweep of all float32', () => {
  it.each<[string, number, (x: number) => number, number?]>([
    ['exp', 0.8, Math.exp],
    ['log', 0.83, Math.log],
    ['log1p', 0.88, Math.log1p],
    ['tanh', 1.35, Math.tanh],
    ['erf', 1.29, erf],
    ['sin', 1.56, Math.sin],
    ['cos', 1.56, Math.cos],
    ['sigmoid', 2.41, sigmoid],
    ['softplus', 1.58, softplus],
    ['silu', 3.23, silu, -80],
    ['gelu', 2.66, gelu, -1],
    ['gelu', 102, gelu, -5],
    ['sqrt', 0.5, Math.sqrt],
    ['reciprocal', 0.5, (x) => 1 / x],
    ['square', 0.5, (x) => x * x],
    ['abs', 0, Math.abs],
    ['sign', 0, Math.sign],
    ['relu', 0, (x) => Math.max(x, 0)],
    ['softsign', 1.5, (x) => x / (1 + Math.abs(x))],
  ])('%s: below %d ulp', (kernel, bound, reference, from) => {
    const [error, at] = worst(kernel, reference, from);
    expect(error, `at ${at}`).toBeLessThanOrEqual(bound);
  });

  it.each([
    ['gelu', 1.52, gelu],
    ['silu', 1.95, silu],
  ] as const)('%s: below %d ulp of its argument', (kernel, bound, reference) => {
    const [error, at] = worst(kernel, reference, undefined, ulp32);
    expect(error, `at ${at}`).toBeLessThanOrEqual(bound);
  });

  it('pow: below 0.51 ulp', () => {
    let state = 1;
    const random = (): number => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return state / 2 ** 32;
    };
    let worst = 0;
    for (let block = 0; block < 16; block++) {
      const x = floats(X, BLOCK).map((_, i) => (i % 2 ? 2 ** (252 * random() - 126) : 1 + 2 ** (-20 * random())));
      const y = x.map((v) => (300 * random() - 150) / (Math.log2(v) || 1));
      floats(X, BLOCK).set(x);
      floats(Y, BLOCK).set(y);
      call('pow', Z, X, Y, 1, BLOCK, BLOCK, 1, BLOCK, 1);
      for (const [i, z] of floats(Z, BLOCK).entries()) {
        const exact = (x[i] ?? 0) ** (y[i] ?? 0);
        worst = Math.max(worst, distance(z, exact, ulp32(exact)));
      }
    }
    expect(worst).toBeLessThanOrEqual(0.51);
  });
});

describe('special values', () => {
  it.each([
    ['exp', [0, 1], [-0, 1], [inf, inf], [-inf, 0], [88.73, inf], [-104, 0], [-103.5, tiny], [-1e30, 0]],
    ['log', [1, 0], [0, -inf], [-0, -inf], [inf, inf], [-1, nan], [-inf, nan], [-tiny, nan]],
    ['log1p', [0, 0], [-0, -0], [-1, -inf], [-1.5, nan], [-inf, nan], [inf, inf], [tiny, tiny], [-tiny, -tiny]],
    ['tanh', [0, 0], [-0, -0], [inf, 1], [-inf, -1], [20, 1], [-20, -1], [tiny, tiny], [-tiny, -tiny]],
    ['erf', [0, 0], [-0, -0], [inf, 1], [-inf, -1], [5, 1], [-5, -1]],
    ['sin', [0, 0], [-0, -0], [inf, nan], [-inf, nan], [tiny, tiny], [-tiny, -tiny]],
    ['cos', [0, 1], [-0, 1], [inf, nan], [-inf, nan], [tiny, 1]],
    ['sigmoid', [0, 0.5], [inf, 1], [-inf, 0], [-200, 0], [200, 1]],
    ['softplus', [inf, inf], [-inf, 0], [200, 200], [-200, 0]],
    ['softsign', [0, 0], [-0, -0], [1, 0.5], [-1, -0.5], [1e30, 1]],
    ['relu', [0, 0], [inf, inf], [-inf, 0], [-3, 0], [3, 3]],
    ['gelu', [0, 0], [-0, -0], [inf, inf], [-inf, -0], [-1e30, -0], [1e30, 1e30]],
    ['silu', [0, 0], [-0, -0], [inf, inf], [-inf, -0], [-1e30, -0], [1e30, 1e30]],
    ['sign', [0, 0], [-0, -0], [inf, 1], [-inf, -1], [tiny, 1], [-tiny, -1]],
    ['abs', [-0, 0], [-inf, inf], [-3, 3]],
    ['square', [-3, 9], [1e30, inf], [1e-30, 0]],
    ['reciprocal', [0, inf], [-0, -inf], [inf, 0], [-inf, -0], [4, 0.25]],
  ] as [string, ...[number, number][]][])('%s', (kernel, ...cases) => {
    for (const [x, y] of cases) expect(one(kernel, x), `${kernel}(${x})`).toBe(Math.fround(y));
    expect(one(kernel, nan)).toBeNaN();
  });

  it('odd functions are odd and even ones even, bit by bit', () => {
    const x = Float32Array.from({ length: 1000 }, (_, i) => 1e-3 * 1.03 ** i);
    const minus = x.map((v) => -v);
    for (const kernel of ['tanh', 'erf', 'sin', 'softsign', 'sign']) {
      const y = map(kernel, x).map((v) => -v);
      expect(map(kernel, minus)).toEqual(y);
    }
    const y = map('cos', x).slice();
    expect(map('cos', minus)).toEqual(y);
  });

  it('pow, as in C99 F.9.4.4', () => {
    for (const x of [0, -0, 1, -1, 2, -2.5, inf, -inf, nan, tiny]) {
      expect(pow(x, 0)).toBe(1);
      expect(pow(x, -0)).toBe(1);
      expect(pow(1, x)).toBe(1);
    }
    for (const [x, y, z] of [
      [0, -3, inf],
      [-0, -3, -inf],
      [0, -2, inf],
      [-0, -2, inf],
      [-0, -2.5, inf],
      [0, -inf, inf],
      [-0, -inf, inf],
      [0, 3, 0],
      [-0, 3, -0],
      [-0, 2, 0],
      [-0, 2.5, 0],
      [-0, inf, 0],
      [-1, inf, 1],
      [-1, -inf, 1],
      [-1, 3, -1],
      [-1, 16777217 * 2, 1],
      [-2, 3, -8],
      [-2, 2, 4],
      [-2, -3, -0.125],
      [-2, 0.5, nan],
      [-2, tiny, nan],
      [-tiny, 1, -tiny],
      [0.5, -inf, inf],
      [-0.5, -inf, inf],
      [2, -inf, 0],
      [-2, -inf, 0],
      [0.5, inf, 0],
      [2, inf, inf],
      [-2, inf, inf],
      [-inf, -3, -0],
      [-inf, -2, 0],
      [-inf, -2.5, 0],
      [-inf, 3, -inf],
      [-inf, 2, inf],
      [-inf, 2.5, inf],
      [inf, -1, 0],
      [inf, 0.5, inf],
      [inf, inf, inf],
      [-inf, -inf, 0],
      [nan, 1, nan],
      [2, nan, nan],
      [nan, inf, nan],
      [10, 2, 100],
      [3, 4, 81],
      [2, 127, 2 ** 127],
      [2, 128, inf],
      [2, -149, tiny],
      [2, -151, 0],
      [-2, 129, -inf],
      [-2, -151, -0],
      [tiny, 1, tiny],
      [tiny, -1, inf],
      [4, 0.5, 2],
    ] as const) {
      expect(pow(x, y), `${x} ^ ${y}`).toBe(z);
    }
  });
});

const MAPS =
  'negate sqrt exp log log1p tanh erf sin cos abs square reciprocal sign sigmoid softplus softsign relu gelu silu';

describe.each(MAPS.split(' '))('%s', (kernel) => {
  const values = [0.3, -1.7, nan, 1e9, -0, 3e38, inf, -88, -inf, 5, tiny, 1e5];

  it('gives a lane the same bits whatever the other lanes and its place are', () => {
    const alone = values.map((x) => one(kernel, x));
    for (let shift = 0; shift < values.length; shift++) {
      const turned = [...values.slice(shift), ...values.slice(0, shift)];
      const expected = [...alone.slice(shift), ...alone.slice(0, shift)];
      expect([...map(kernel, turned)]).toEqual(expected);
    }
  });

  it('writes n floats and not one more, in place as well', () => {
    for (let n = 1; n <= 9; n++) {
      const expected = [...map(kernel, values.slice(0, n))];
      for (const [x, y] of [
        [X, Z],
        [Z, Z],
      ] as const) {
        floats(Z - 16, n + 8).fill(77);
        floats(x, n).set(values.slice(0, n));
        call(kernel, y, x, n);
        expect([...floats(Z - 16, n + 8)]).toEqual([77, 77, 77, 77, ...expected, 77, 77, 77, 77]);
      }
    }
  });
});

describe('doubles', () => {
  const sample = (from: number, to: number) =>
    Array.from({ length: 20_001 }, (_, i) => from + (i / 20_000) * (to - from));

  it.each([
    ['expDouble', Math.exp, sample(-745, 710)],
    ['expDouble', Math.exp, sample(-1, 1)],
    ['logDouble', Math.log, sample(1e-6, 4)],
    ['logDouble', Math.log, sample(-1074, 1023).map((x) => 2 ** x)],
    ['sinDouble', Math.sin, sample(-25, 25)],
    ['cosDouble', Math.cos, sample(-25, 25)],
    ['sinDouble', Math.sin, sample(-1048576, 1048576)],
    ['cosDouble', Math.cos, sample(-1048576, 1048576)],
    ['sinDouble', Math.sin, sample(-200, 200).map((n) => Math.round(n) * (Math.PI / 2))],
    ['cosDouble', Math.cos, sample(-200, 200).map((n) => Math.round(n) * (Math.PI / 2))],
  ] as const)('%s is at most one ulp from Math', (kernel, reference, sample) => {
    for (const x of sample) {
      const exact = reference(x);
      const y = double(kernel, x);
      if (!Object.is(y, exact) && !(Math.abs(y - exact) <= ulp64(exact))) expect(y, `${kernel}(${x})`).toBe(exact);
    }
  });

  it('special values', () => {
    for (const [kernel, x, y] of [
      ['expDouble', 0, 1],
      ['expDouble', inf, inf],
      ['expDouble', -inf, 0],
      ['expDouble', 709.8, inf],
      ['expDouble', -746, 0],
      ['expDouble', -745, 5e-324],
      ['expDouble', nan, nan],
      ['logDouble', 1, 0],
      ['logDouble', 0, -inf],
      ['logDouble', -0, -inf],
      ['logDouble', -1, nan],
      ['logDouble', inf, inf],
      ['logDouble', nan, nan],
      ['sinDouble', 0, 0],
      ['sinDouble', -0, -0],
      ['sinDouble', inf, nan],
      ['sinDouble', 1e7, nan],
      ['cosDouble', 0, 1],
      ['cosDouble', nan, nan],
    ] as const) {
      expect(double(kernel, x), `${kernel}(${x})`).toBe(y);
    }
  });
});
