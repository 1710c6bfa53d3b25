// The line search: the lengths that it looks at against PyTorch's in double precision (golden.py beside this), the conditions
// that it promises, and that nothing is lost when it is stored between two evaluations.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { range } from '../testing/item.ts';
import golden from './golden.json' with { type: 'json' };
import {
  beginSearch,
  continueSearch,
  decodeSearch,
  encodeSearch,
  SEARCH_NUMBERS,
  type Search,
  type StrongWolfeOptions,
} from './strongWolfe.ts';

type Along = (t: number) => { readonly loss: number; readonly slope: number };

const polynomial =
  (coefficients: readonly number[]): Along =>
  (t) => ({
    loss: coefficients.reduce((sum, c, i) => sum + c * t ** i, 0),
    slope: coefficients.reduce((sum, c, i) => sum + (i > 0 ? i * c * t ** (i - 1) : 0), 0),
  });

/** All lengths that are looked at, and the end of the search. */
function search(along: Along, first: number, options: Partial<StrongWolfeOptions> = {}, store = (s: Search) => s) {
  const settled = { c1: 1e-4, c2: 0.9, maxEvaluations: 25, ...options };
  const start = along(0);
  let found = store(beginSearch(start.loss, start.slope, first));
  const looked: number[] = [];
  while (!found.isOver) {
    const { loss, slope } = along(found.t);
    looked.push(found.t);
    found = store(continueSearch(found, loss, slope, settled));
  }
  return { looked, found };
}

describe('against PyTorch', () => {
  it.each(golden.lineSearches)('$coefficients from $first, c2 $c2', ({ coefficients, first, c2, looked, taken }) => {
    const actual = search(polynomial(coefficients), first, { c2 });
    const close = (a: number, b: number): boolean => Math.abs(a - b) <= 1e-9 * Math.max(Math.abs(b), 1e-3);
    expect(actual.looked.length).toBe(looked.length);
    expect(actual.looked.filter((t, i) => !close(t, looked[i] ?? Number.NaN))).toEqual([]);
    expect(close(actual.found.t, taken), `${actual.found.t} and not ${taken}`).toBe(true);
  });
});

describe('the length that is taken', () => {
  const coefficient = fc.double({ min: -4, max: 4, noNaN: true });
  const falling = fc.tuple(
    fc.tuple(coefficient, fc.double({ min: -4, max: -0.1, noNaN: true }), coefficient, coefficient),
    fc.double({ min: 0.05, max: 2, noNaN: true }),
  );

  it('fulfils the strong Wolfe conditions, for any quartic that falls at first', () => {
    const check = ([low, top]: [readonly number[], number], first: number, c2: number): void => {
      const along = polynomial([...low, top]);
      const { found } = search(along, first, { c2 });
      if (found.evaluations >= 25) return;
      const [start, end] = [along(0), along(found.t)];
      const slack = 2 ** -22 * Math.abs(start.loss);
      expect(end.loss).toBeLessThanOrEqual(start.loss + 1e-4 * found.t * start.slope + slack);
      expect(Math.abs(end.slope)).toBeLessThanOrEqual(-c2 * start.slope * (1 + 1e-12));
    };
    const length = fc.double({ min: 1e-3, max: 30, noNaN: true });
    fc.assert(fc.property(falling, length, fc.constantFrom(0.9, 0.2), check), { numRuns: 2000, seed: 1 });
  });

  it('is found although the loss is infinite or no number beyond', () => {
    for (const beyond of [Number.POSITIVE_INFINITY, Number.NaN]) {
      const bowl = polynomial([1, -1, 1]);
      const { found } = search((t) => (t > 0.8 ? { loss: beyond, slope: beyond } : bowl(t)), 10);
      expect(found.t).toBeGreaterThan(0.05);
      expect(bowl(found.t).loss).toBeLessThan(1);
    }
  });

  it('is 0 where nothing lower was found', () => {
    const { found, looked } = search((t) => ({ loss: t === 0 ? 1 : 2 + t, slope: t === 0 ? -1 : 1 }), 1);
    expect(found.t).toBe(0);
    expect(looked.length).toBeLessThanOrEqual(25);
  });

  it('is found by the slopes where rounding hides that the loss falls', () => {
    const { found, looked } = search((t) => ({ loss: 1e6, slope: 1e-3 * (t - 1) }), 0.3, { c2: 0.1 });
    expect(Math.abs(found.t - 1)).toBeLessThanOrEqual(0.1);
    expect(looked.length).toBeLessThanOrEqual(4);
  });
});

it('goes on from what is stored as if nothing had happened', () => {
  const store = (found: Search): Search => {
    const numbers = encodeSearch(found);
    expect(numbers).toHaveLength(SEARCH_NUMBERS);
    return decodeSearch(Float64Array.from(numbers));
  };
  for (const { coefficients, first, c2 } of golden.lineSearches) {
    const along = polynomial(coefficients);
    expect(search(along, first, { c2 }, store)).toEqual(search(along, first, { c2 }));
  }
  expect(
    range(SEARCH_NUMBERS, (i) => encodeSearch(decodeSearch(range(SEARCH_NUMBERS, (k) => Number(k === i))))[i]),
  ).toEqual(range(SEARCH_NUMBERS, () => 1));
});
