// Randomness: the generator against the known answers of Random123, the distributions against their theory. All seeds
// are fixed, so nothing here fails by chance; bounds are five standard deviations.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evaluate } from '../../testing/evaluate.ts';
import { interpret } from '../../testing/interpret.ts';
import { item, range } from '../../testing/item.ts';
import { philox, word } from '../../testing/philox.ts';
import { erf } from '../../testing/reference.ts';
import { data, type Node } from '../node.ts';
import { dropoutMask, minibatch, randomNormal, randomUniform, type Stream, sparsifyColumns } from './index.ts';

function stream(name: string, step = 0, seed: readonly [number, number] = [1, 2]): Stream {
  return { seed: data('seed', Int32Array.from(seed), [2]), step: data('step', Int32Array.of(step), []), name };
}

const valuesOf = (node: Node): number[] => item(evaluate([node]), 0);
const mean = (x: readonly number[]): number => x.reduce((sum, value) => sum + value, 0) / x.length;

describe('Philox4x32-10', () => {
  // kat_vectors of Random123 1.14.
  it.each([
    ['zeros', [0, 0, 0, 0], [0, 0], [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8]],
    [
      'ones',
      [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff],
      [0xffffffff, 0xffffffff],
      [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd],
    ],
    [
      'digits of π',
      [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
      [0xa4093822, 0x299f31d0],
      [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
    ],
  ] as const)('the reference knows the answer to %s', (_, counter, key, answer) => {
    expect(philox(counter, key)).toEqual(answer);
  });

  it.each([
    ['one block', 1, 0, [0, 0]],
    ['many blocks', 1000, 77, [0x9abcdef0, 0x12345678]],
    ['the largest step and seed', 40, 2 ** 31 - 1, [0xffffffff, 0xffffffff]],
  ] as const)('the kernel equals the reference: %s', (name, n, step, seed) => {
    const words = range(n, (i) => word({ seed, step, stream: name }, i) >>> 8);
    expect(valuesOf(randomUniform(stream(name, step, seed), [n])).map((u) => u * 2 ** 24)).toEqual(words);
  });
});

describe('deviates', () => {
  const N = 100_000;
  const draws = range(4, (i) => stream(`draw ${i}`, i, [i, 7]));

  it.each(draws)('uniform ones have the moments and the distribution function of theirs', (at) => {
    const x = valuesOf(randomUniform(at, [N]));
    expect(Math.abs(mean(x) - 1 / 2)).toBeLessThan(5 / Math.sqrt(12 * N));
    expect(Math.abs(mean(x.map((u) => (u - 1 / 2) ** 2)) - 1 / 12)).toBeLessThan(5 / Math.sqrt(180 * N));
    expect(Math.min(...x.slice(0, 1000))).toBeGreaterThanOrEqual(0);
    expect(x.every((u) => u < 1 && Number.isInteger(u * 2 ** 24))).toBe(true);
    expect(kolmogorov(x, (u) => u)).toBeLessThan(1.95);
  });

  it.each(draws)('normal ones have the moments and the distribution function of theirs', (at) => {
    const x = valuesOf(randomNormal(at, [N]));
    expect(Math.abs(mean(x))).toBeLessThan(5 / Math.sqrt(N));
    expect(Math.abs(mean(x.map((z) => z * z)) - 1)).toBeLessThan(5 * Math.sqrt(2 / N));
    expect(Math.abs(mean(x.map((z) => z ** 3)))).toBeLessThan(5 * Math.sqrt(15 / N));
    expect(Math.abs(mean(x.map((z) => z ** 4)) - 3)).toBeLessThan(5 * Math.sqrt(96 / N));
    expect(kolmogorov(x, (z) => (1 + erf(z * Math.SQRT1_2)) / 2)).toBeLessThan(1.95);
  });

  const other: readonly (readonly [string, Stream])[] = [
    ['another name', stream('b')],
    ['another step', stream('a', 1)],
    ['another low word of the seed', stream('a', 0, [2, 2])],
    ['another high word of the seed', stream('a', 0, [1, 3])],
  ];

  it.each(other)('are independent of those of %s', (_, at) => {
    const [x, y] = [valuesOf(randomNormal(stream('a'), [N])), valuesOf(randomNormal(at, [N]))];
    expect(Math.abs(mean(x.map((value, i) => value * item(y, i))))).toBeLessThan(5 / Math.sqrt(N));
    const equal = x.filter((value, i) => value === y[i]).length;
    expect(equal).toBeLessThan(10);
  });

  it.each([1, 4, 16])('are independent of those %d places on', (lag) => {
    const x = valuesOf(randomNormal(stream('a'), [N]));
    expect(Math.abs(mean(x.slice(lag).map((value, i) => value * item(x, i))))).toBeLessThan(5 / Math.sqrt(N - lag));
  });

  it('do not depend on how many are drawn', () => {
    const many = valuesOf(randomNormal(stream('a'), [1000]));
    for (const n of [1, 3, 15, 16, 17, 63, 100]) {
      expect(valuesOf(randomNormal(stream('a'), [n]))).toEqual(many.slice(0, n));
    }
  });

  it('are written nowhere else', () => {
    for (let n = 1; n <= 40; n++) {
      expect(interpret([randomUniform(stream('a'), [n])])[0]).toHaveLength(n);
      expect(interpret([randomNormal(stream('a'), [n])])[0]).toHaveLength(n);
      expect(interpret([dropoutMask(stream('a'), [n], 0.5)])[0]).toHaveLength(n);
      expect(interpret([minibatch(stream('a'), 2 * n, n)])[0]).toHaveLength(n);
      expect(
        interpret([sparsifyColumns(stream('a'), data('x', new Float32Array(n * 3), [n, 3]), n >> 1)]),
      ).toHaveLength(1);
    }
  });
});

/** √n times the largest distance between the distribution of x and the one it should have (Kolmogorov 1933). */
function kolmogorov(x: readonly number[], distribution: (value: number) => number): number {
  const n = x.length;
  const distances = Float64Array.from(x)
    .sort()
    .map((value, i) => Math.max(distribution(value) - i / n, (i + 1) / n - distribution(value)));
  return Math.sqrt(n) * distances.reduce((a, b) => Math.max(a, b), 0);
}

describe('dropoutMask', () => {
  it.each([0, 0.1, 0.5, 0.9])('drops %d of all, and scales up the others', (rate) => {
    const n = 100_000;
    const mask = valuesOf(dropoutMask(stream('mask'), [n], rate));
    const kept = Math.fround(1 / Math.fround(1 - Math.fround(rate)));
    expect(mask.filter((value) => value !== 0 && value !== kept)).toEqual([]);
    const dropped = mask.filter((value) => value === 0).length / n;
    expect(Math.abs(dropped - rate)).toBeLessThanOrEqual(5 * Math.sqrt((rate * (1 - rate)) / n));
  });
});

describe('minibatch', () => {
  /** The rows that come in `epochs` passes over n rows, in their order. */
  function passes(n: number, batch: number, epochs: number): number[][] {
    const batches = range(Math.ceil((epochs * n) / batch), (step) => minibatch(stream('minibatch', step), n, batch));
    const order = evaluate(batches).flat();
    return range(epochs, (epoch) => order.slice(epoch * n, (epoch + 1) * n));
  }
  const sorted = (order: readonly number[]): number[] => [...order].sort((a, b) => a - b);

  it.each([
    [1, 1],
    [2, 1],
    [2, 2],
    [3, 2],
    [10, 3],
    [10, 10],
    [1000, 32],
    [1000, 999],
    [1000, 1000],
    [1025, 100],
  ])('takes each of %d rows once per epoch, %d at a time', (n, batch) => {
    for (const epoch of passes(n, batch, 3)) expect(sorted(epoch)).toEqual(range(n, (i) => i));
  });

  it('does so for any sizes', () => {
    const sizes = fc
      .integer({ min: 1, max: 300 })
      .chain((n) => fc.tuple(fc.constant(n), fc.integer({ min: 1, max: n })));
    const check = ([n, batch]: [number, number]): void => {
      for (const epoch of passes(n, batch, 2)) expect(sorted(epoch)).toEqual(range(n, (i) => i));
    };
    fc.assert(fc.property(sizes, check), { numRuns: 30, seed: 3 });
  });

  it('takes them in another order in every epoch', () => {
    const orders = passes(1000, 64, 10).map((order) => order.join());
    expect(new Set(orders).size).toBe(10);
  });

  it('takes three rows in all six orders equally often', () => {
    const counts = new Map<string, number>();
    for (const order of passes(3, 3, 3000)) counts.set(order.join(), (counts.get(order.join()) ?? 0) + 1);
    expect(counts.size).toBe(6);
    const sigma = Math.sqrt(3000 * (1 / 6) * (5 / 6));
    for (const count of counts.values()) expect(Math.abs(count - 500)).toBeLessThan(5 * sigma);
  });

  it('puts every row at every place equally often', () => {
    const [n, epochs] = [10, 2000];
    const counts = new Array<number>(n * n).fill(0);
    for (const order of passes(n, n, epochs)) {
      for (const [place, row] of order.entries()) counts[n * place + row] = item(counts, n * place + row) + 1;
    }
    const sigma = Math.sqrt(epochs * (1 / n) * (1 - 1 / n));
    for (const count of counts) expect(Math.abs(count - epochs / n)).toBeLessThan(5 * sigma);
  });

  it('goes on where 32 bits end', () => {
    const [n, batch, step] = [60_000, 50_000, 2 ** 31 - 1];
    const rows = valuesOf(minibatch(stream('minibatch', step), n, batch));
    const start = (step * batch) % n;
    const whole = rows.slice(Math.max(0, n - start));
    expect(rows.every((row) => row >= 0 && row < n)).toBe(true);
    expect(new Set(whole).size).toBe(whole.length);
  });
});

describe('sparsifyColumns', () => {
  it('keeps the same number in every column, each entry equally often', () => {
    const [r, c, keep] = [9, 2000, 4];
    const x = range(r * c, (i) => i + 1);
    const y = valuesOf(sparsifyColumns(stream('s'), data('x', Float32Array.from(x), [r, c]), keep));
    expect(y.filter((value, i) => value !== 0 && value !== x[i])).toEqual([]);
    const kept = (row: number, column: number): number => Number(y[row * c + column] !== 0);
    for (let column = 0; column < c; column++) {
      expect(range(r, (row) => kept(row, column)).reduce((a, b) => a + b)).toBe(keep);
    }
    const p = keep / r;
    for (let row = 0; row < r; row++) {
      const count = range(c, (column) => kept(row, column)).reduce((a, b) => a + b);
      expect(Math.abs(count - c * p)).toBeLessThan(5 * Math.sqrt(c * p * (1 - p)));
    }
  });
});
