// Averages, bands and places of series, compared with what they are by definition.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bandOf, closest, quantile, smoothed } from './series.ts';

/** Without -0, which a sum makes 0 of. */
const finite = fc.double({ min: -1e6, max: 1e6, noNaN: true }).map((x) => x + 0);

describe('smoothed', () => {
  it('is what was logged without smoothing', () => {
    const values = [3, Number.NaN, 1];
    expect(smoothed(values, 0, false)).toBe(values);
  });

  it('weighs what is k lines ago by the k-th power of the share', () => {
    fc.assert(
      fc.property(
        fc.array(finite, { minLength: 1, maxLength: 20 }),
        fc.double({ min: 0.1, max: 0.98, noNaN: true }),
        (values, s) => {
          const averages = smoothed(values, s, false);
          values.forEach((_, t) => {
            const weights = values.slice(0, t + 1).map((_, i) => s ** (t - i));
            const total = weights.reduce((a, b) => a + b);
            const mean = weights.reduce((sum, weight, i) => sum + weight * (values[i] ?? 0), 0) / total;
            expect(Math.abs((averages[t] ?? 0) - mean)).toBeLessThan(1e-9 * (1 + 1e6));
          });
        },
      ),
    );
  });

  it('averages logarithms for a logarithmic axis', () => {
    const [first, second] = smoothed([100, 1], 0.5, true);
    expect(first).toBeCloseTo(100, 10);
    expect(second).toBeCloseTo(10 ** ((0.5 * 2 + 0) / 1.5), 10);
  });

  it('leaves gaps where they are, and goes on after them', () => {
    expect(smoothed([2, Number.NaN, 2, Number.POSITIVE_INFINITY, 2], 0.9, false)).toEqual([
      2,
      Number.NaN,
      expect.closeTo(2, 12),
      Number.POSITIVE_INFINITY,
      expect.closeTo(2, 12),
    ]);
  });
});

describe('bandOf', () => {
  const series = [
    { x: [0, 10, 20], y: [1, 3, 5] },
    { x: [0, 20], y: [3, 7] },
    { x: [10], y: [10] },
  ];

  it('has mean, smallest and largest at the places of all', () => {
    expect(bandOf(series, 'range')).toEqual({
      x: [0, 10, 20],
      mean: [2, 6, 6],
      low: [1, 3, 5],
      high: [3, 10, 7],
      counts: [2, 3, 2],
    });
  });

  it('has quartiles between values', () => {
    const five = [1, 2, 3, 4, 100].map((y) => ({ x: [1], y: [y] }));
    expect(bandOf(five, 'quartiles')).toEqual({ x: [1], mean: [22], low: [2], high: [4], counts: [5] });
  });

  it('of one is that one', () => {
    fc.assert(
      fc.property(fc.array(finite, { minLength: 1, maxLength: 50 }), (y) => {
        const x = y.map((_, i) => i);
        const { mean, low, high } = bandOf([{ x, y }], 'quartiles');
        expect([mean, low, high]).toEqual([y, y, y]);
      }),
    );
  });

  it('leaves out gaps and what is over, and places where there is nothing', () => {
    const band = bandOf(
      [
        { x: [0, 1, 2], y: [1, Number.NaN, Number.POSITIVE_INFINITY] },
        { x: [0, 3], y: [3, 6] },
        { x: [4], y: [Number.NaN] },
      ],
      'range',
    );
    expect(band).toEqual({
      x: [0, 1, 2, 3],
      mean: [2, 4, 5, 6],
      low: [1, 4, 5, 6],
      high: [3, 4, 5, 6],
      counts: [2, 1, 1, 1],
    });
    expect(bandOf([], 'range').x).toEqual([]);
  });

  it('is computed at 400 places at most, first and last among them', () => {
    const x = Array.from({ length: 5000 }, (_, i) => i);
    const band = bandOf([{ x, y: x }], 'range');
    expect(band.x).toHaveLength(400);
    expect([band.x[0], band.x.at(-1)]).toEqual([0, 4999]);
    expect(band.mean).toEqual(band.x);
  });
});

it('quantile lies between values', () => {
  expect([0, 0.25, 0.5, 0.75, 1].map((part) => quantile([1, 2, 4, 8], part))).toEqual([1, 1.75, 3, 5, 8]);
  expect(quantile([7], 0.3)).toBe(7);
});

it('closest finds what a search through all finds', () => {
  fc.assert(
    fc.property(fc.uniqueArray(finite, { minLength: 1 }), finite, (values, target) => {
      const sorted = values.sort((a, b) => a - b);
      const least = Math.min(...sorted.map((value) => Math.abs(value - target)));
      expect(Math.abs((sorted[closest(sorted, target)] ?? Number.NaN) - target)).toBe(least);
    }),
  );
});
