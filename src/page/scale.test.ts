// Axes: places and values are each other's inverse, ticks are round and inside.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { categorical, extent, linear, logarithmic, scaleOver } from './scale.ts';

const low = fc.double({ min: 1e-9, max: 1e3, noNaN: true });
const factor = fc.double({ min: 1.001, max: 1e6, noNaN: true });

describe.each([
  ['linear', linear],
  ['logarithmic', logarithmic],
] as const)('a %s scale', (kind, scale) => {
  it('leads from its domain to 0 … 1 and back', () => {
    fc.assert(
      fc.property(low, factor, fc.double({ min: 0, max: 1, noNaN: true }), (from, times, place) => {
        const found = scale(from, from * times);
        expect(found.kind).toBe(kind);
        expect([found.place(from), found.place(from * times)]).toEqual([0, expect.closeTo(1, 9)]);
        expect(found.place(found.value(place))).toBeCloseTo(place, 6);
      }),
    );
  });

  it('has ticks that ascend within it, about as many as asked for', () => {
    fc.assert(
      fc.property(low, factor, fc.integer({ min: 2, max: 12 }), (from, times, count) => {
        const found = scale(from, from * times);
        const ticks = found.ticks(count);
        expect(ticks).toEqual([...new Set(ticks)].sort((a, b) => a - b));
        expect(ticks.length).toBeLessThanOrEqual(4 * count);
        for (const tick of ticks) {
          expect(found.place(tick)).toBeGreaterThan(-1e-6);
          expect(found.place(tick)).toBeLessThan(1 + 1e-6);
        }
      }),
    );
  });

  it('has no place for what is not finite', () => {
    expect([Number.NaN, Number.POSITIVE_INFINITY].map(scale(1, 2).place)).toEqual([undefined, undefined]);
  });

  it('lies around a single value', () => {
    expect(scale(3, 3).place(3)).toBeGreaterThan(0.2);
    expect(scale(3, 3).place(3)).toBeLessThan(0.8);
  });
});

it('a linear scale has ticks that are what they say', () => {
  expect(linear(0, 1).ticks(5)).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1]);
  expect(linear(-0.35, 0.35).ticks(7)).toEqual([-0.3, -0.2, -0.1, 0, 0.1, 0.2, 0.3]);
});

it('a logarithmic scale has powers of ten, and no place for what is not positive', () => {
  const scale = logarithmic(1e-3, 1e2);
  expect(scale.ticks(6)).toEqual([1e-3, 1e-2, 0.1, 1, 10, 100]);
  expect([scale.place(0), scale.place(-1)]).toEqual([undefined, undefined]);
});

it('categories lie in the middle of equal parts', () => {
  const scale = categorical(['a', 'b']);
  expect([0, 1].map(scale.place)).toEqual([0.25, 0.75]);
  expect([0.25, 0.75].map(scale.value)).toEqual([0, 1]);
  expect([0, 1].map(scale.format)).toEqual(['a', 'b']);
  expect(categorical(Array.from({ length: 100 }, String)).ticks(10)).toHaveLength(10);
});

describe('scaleOver', () => {
  it.each([
    ['numbers within two decades', [1, 99], undefined, 'linear', [1, 99]],
    ['positive numbers over two decades', [1, 100], undefined, 'logarithmic', [1, 100]],
    ['numbers of both signs', [-1, 1000], undefined, 'linear', [-1, 1000]],
    ['what is said to be logarithmic, of which the positive ones count', [-1, 0, 2, 8], true, 'logarithmic', [2, 8]],
    ['what is said to be linear', [1, 1000], false, 'linear', [1, 1000]],
    ['what is logarithmic without a positive number', [-2, -1], true, 'linear', [-2, -1]],
    ['numbers that are not finite', [Number.NaN, 1, Number.POSITIVE_INFINITY, 2], undefined, 'linear', [1, 2]],
    ['nothing', [], undefined, 'linear', [0, 1]],
  ] as const)('of %s', (_, values, isLogarithmic, kind, domain) => {
    const scale = scaleOver(values, isLogarithmic);
    expect([scale.kind, scale.domain]).toEqual([kind, domain]);
  });
});

it('extent is of finite values', () => {
  expect(extent([Number.NaN, -2, 0, 5, Number.NEGATIVE_INFINITY, 3])).toEqual([-2, 5, 3]);
});
