// The distributions: their parameters, their shape, their mistakes.

import fc from 'fast-check';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { UserError } from '../../errors.ts';
import { exp, log, uniform as random } from '../../machine/scalar.ts';
import { Distribution } from '../distribution.ts';
import * as distributions from './index.ts';

const { choice, int, logUniform, normal, uniform } = distributions;

const examples: Readonly<Record<keyof typeof distributions, Distribution<number>>> = {
  choice: choice([1, 2, 3]),
  int: int(1, 9),
  logUniform: logUniform(1e-4, 1),
  normal: normal(1, 2),
  uniform: uniform(-1, 1),
};

describe.each(Object.entries(examples))('%s', (name, distribution) => {
  it('is a distribution that says its name first', () => {
    expect(distribution).toBeInstanceOf(Distribution);
    expect(Distribution.is(distribution)).toBe(true);
    expect(Object.keys(distribution)[0]).toBe('name');
    expect(distribution.name).toBe(name);
  });

  it('is monotonic in u and defined at both ends', () => {
    const ends = [distribution.at(0), distribution.at(1 - 2 ** -53)];
    for (const end of ends) expect(end).toSatisfy(Number.isFinite);
    const u = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    fc.assert(
      fc.property(u, u, (a, b) => {
        expect(distribution.at(Math.min(a, b))).toBeLessThanOrEqual(distribution.at(Math.max(a, b)));
      }),
    );
  });
});

describe('a distribution', () => {
  it('can be read as the options of an initializer', () => {
    expect({ ...normal(0, 0.1) }).toEqual({ name: 'normal', mean: 0, std: 0.1 });
    expect({ ...uniform(-1, 1) }).toEqual({ name: 'uniform', low: -1, high: 1 });
    expectTypeOf(normal(0, 1)).toExtend<{ readonly name: 'normal'; readonly mean?: number; readonly std?: number }>();
    expectTypeOf(uniform(0, 1)).toExtend<{ readonly name: 'uniform'; readonly low?: number; readonly high?: number }>();
  });

  it('is not taken for a plain object, nor the other way round', () => {
    expect(Distribution.is({ name: 'normal', mean: 0, std: 1, at: () => 0 })).toBe(false);
    expect(Distribution.is(null)).toBe(false);
    expectTypeOf<{
      name: 'normal';
      at: (u: number) => number;
      size: number;
      element: (k: number) => number;
    }>().not.toExtend<Distribution<number>>();
  });
});

/** Kolmogorov & Smirnov's distance of n draws from a distribution function, times √n. */
function distance(distribution: Distribution<number>, cumulative: (x: number) => number, n = 5000): number {
  const draws = Array.from({ length: n }, (_, i) => distribution.at(random(2024, i, distribution.name)));
  draws.sort((a, b) => a - b);
  const gaps = draws.map((x, i) => Math.max(cumulative(x) - i / n, (i + 1) / n - cumulative(x)));
  return Math.max(...gaps) * Math.sqrt(n);
}

/** Exceeded by one of 1000 samples of the right distribution. */
const CRITICAL = 1.95;

/** Standard normal distribution function by Simpson's rule. */
function normalCumulative(x: number): number {
  const steps = 200;
  const h = x / steps;
  let sum = 0;
  for (let i = 0; i <= steps; i++) {
    sum += (i === 0 || i === steps ? 1 : i % 2 ? 4 : 2) * Math.exp((-i * h * i * h) / 2);
  }
  return 0.5 + ((h / 3) * sum) / Math.sqrt(2 * Math.PI);
}

describe('draws', () => {
  it('of continuous distributions are distributed as they should be', () => {
    expect(distance(uniform(-3, 5), (x) => (x + 3) / 8)).toBeLessThan(CRITICAL);
    expect(distance(logUniform(1e-5, 10), (x) => Math.log(x / 1e-5) / Math.log(1e6))).toBeLessThan(CRITICAL);
    expect(distance(normal(2, 3), (x) => normalCumulative((x - 2) / 3))).toBeLessThan(CRITICAL);
  });

  it('of int and choice have equal probabilities', () => {
    const counts = [0, 0, 0, 0, 0, 0];
    for (let i = 0; i < 6000; i++) {
      const value = int(0, 5).at(random(1, i, 'int'));
      counts[value] = (counts[value] ?? 0) + 1;
      expect(choice([0, 1, 2, 3, 4, 5]).at(random(1, i, 'int'))).toBe(value);
    }
    // Five degrees of freedom, exceeded by one in 1000.
    expect(counts.reduce((sum, count) => sum + (count - 1000) ** 2 / 1000, 0)).toBeLessThan(20.5);
  });

  it('of int with log come as often as log-uniform numbers are rounded to them', () => {
    const draws = Array.from({ length: 20_000 }, (_, i) => int(1, 8, { log: true }).at(random(3, i, 'int')));
    for (let n = 1; n <= 8; n++) {
      const expected = (20_000 * Math.log((n + 0.5) / (n - 0.5))) / Math.log(8.5 / 0.5);
      const count = draws.filter((draw) => draw === n).length;
      expect(Math.abs(count - expected)).toBeLessThan(4 * Math.sqrt(expected));
    }
  });
});

describe('normal', () => {
  // Python 3.11, statistics.NormalDist().inv_cdf(p), which is the same algorithm on the C library's log and sqrt.
  it.each([
    [2 ** -54, -8.292361075813595],
    [1e-10, -6.361340902404056],
    [0.001, -3.090232306167813],
    [0.3, -0.5244005127080407],
    [0.5, 0],
    [0.77, 0.7388468491852137],
    [0.999, 3.090232306167813],
    [1 - 2 ** -53, 8.209536151601386],
  ])('has the quantile of %f', (p, quantile) => {
    expect(Math.abs(normal(0, 1).at(p) - quantile)).toBeLessThanOrEqual(4e-16 * Math.abs(quantile));
  });

  it('is what the quantile of 0 would be without end, cut', () => {
    expect(normal(0, 1).at(0)).toBe(normal(0, 1).at(2 ** -54));
    expect(normal(7, 0).at(0.1)).toBe(7);
  });
});

describe('int', () => {
  it('includes both ends', () => {
    for (const options of [{}, { log: true }]) {
      expect(int(3, 7, options).at(0)).toBe(3);
      expect(int(3, 7, options).at(1 - 2 ** -53)).toBe(7);
    }
    expect(int(-4, -4).at(0.7)).toBe(-4);
    expect(int(0, 2 ** 53 - 2).at(1 - 2 ** -53)).toBe(2 ** 53 - 2);
  });

  it('has as many values as there are whole numbers, none that are equally probable with log', () => {
    expect(int(-1, 1).size).toBe(3);
    expect([0, 1, 2].map((k) => int(-1, 1).element(k))).toEqual([-1, 0, 1]);
    expect(int(1, 3, { log: true }).size).toBe(Number.POSITIVE_INFINITY);
  });
});

describe('logUniform', () => {
  it('stays within its bounds', () => {
    const bounds = fc.double({ min: 1e-300, max: 1e300, noNaN: true });
    fc.assert(
      fc.property(bounds, bounds, fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (a, b, u) => {
        const [low, high] = [Math.min(a, b), Math.max(a, b)];
        const x = logUniform(low, high).at(u);
        expect(x).toBeGreaterThanOrEqual(low);
        expect(x).toBeLessThanOrEqual(high);
      }),
    );
  });

  it('uses the functions of the core', () => {
    const u = 0.3;
    expect(logUniform(0.01, 5).at(u)).toBe(exp(log(0.01) + u * (log(5) - log(0.01))));
  });
});

describe('mistakes', () => {
  it.each([
    [
      () => logUniform(0, 1),
      'logUniform: low must be positive, got 0; a range that contains 0 needs uniform(low, high)',
    ],
    [() => logUniform(-1, 1), 'logUniform: low must be positive, got -1'],
    [() => logUniform(1, 0.1), 'logUniform: low must not be above high, got 1 and 0.1; swap them'],
    [() => uniform(1, 0), 'uniform: low must not be above high, got 1 and 0; swap them'],
    [() => uniform(Number.NaN, 0), 'uniform: low must be a finite number, got NaN'],
    [() => uniform(0, Number.POSITIVE_INFINITY), 'uniform: high must be a finite number, got Infinity'],
    [() => uniform(-1.7e308, 1.7e308), 'uniform: high - low must be a finite number, got Infinity'],
    // @ts-expect-error: strings of digits are no numbers
    [() => uniform('0', 1), "uniform: low must be a finite number, got '0'"],
    [() => normal(0, -1), 'normal: std must not be negative, got -1'],
    [() => normal(0, Number.NaN), 'normal: std must be a finite number, got NaN'],
    [() => int(0.5, 2), 'int: bounds must be whole numbers less than 2^53 apart, got 0.5 and 2'],
    [() => int(-(2 ** 53) + 1, 2 ** 53 - 1), 'int: bounds must be whole numbers less than 2^53 apart'],
    [() => int(0, 2, { log: true }), 'int: low must be at least 1 with log, got 0; leave log out or raise low'],
    [() => choice([]), 'choice: expected a list of at least one option, as in choice([1, 2])'],
    // @ts-expect-error: no option of its own
    [() => int(1, 5, { lgo: true }), "int: unknown option, got 'lgo'; known are log"],
    // @ts-expect-error: no step
    [() => int(1, 5, 2), 'int: expected an object with options, got 2; known are log'],
    // @ts-expect-error: no truth value
    [() => int(1, 5, { log: 10 }), 'int: log must be a boolean, got 10'],
    // @ts-expect-error: options of `int`
    [() => uniform(1, 5, { log: true }), 'uniform: takes no more than low and high, got an object with log besides'],
    // @ts-expect-error: a base
    [() => logUniform(1, 5, 10), 'logUniform: takes no more than low and high, got 10 besides'],
    // @ts-expect-error: a bound
    [() => normal(0, 1, 2), 'normal: takes no more than mean and std, got 2 besides'],
    [
      // @ts-expect-error: weights
      () => choice(['a', 'b'], [0.9, 0.1]),
      'choice: takes one list, got the list [0.9, 0.1] besides; all options have the same probability',
    ],
    // @ts-expect-error: not a list
    [() => choice(1, 2), 'choice: expected a list of at least one option, as in choice([1, 2]), got 1'],
    // @ts-expect-error: not a list
    [() => choice('abc'), 'choice: expected a list'],
  ])('are named: %s', (mistake, message) => {
    expect(mistake).toThrow(UserError);
    expect(mistake).toThrow(message);
  });
});
