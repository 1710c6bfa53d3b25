// The values of Optuna.

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { normalMass } from './normal.ts';
import type { Domain, Parameter } from './parameters.ts';
import { pedAnova } from './pedAnova.ts';

interface Golden {
  readonly space: Readonly<
    Record<
      string,
      | { readonly choices: string[] }
      | {
          readonly kind: string;
          readonly low: number;
          readonly high: number;
          readonly log: boolean;
          readonly step: number | null;
        }
    >
  >;
  readonly cases: Readonly<
    Record<
      string,
      {
        readonly gamma: number;
        readonly trials: readonly {
          readonly pars: Readonly<Record<string, number | string>>;
          readonly value: number;
        }[];
        readonly importances: Readonly<Record<string, number>>;
      }
    >
  >;
}
const golden: Golden = JSON.parse(readFileSync(new URL('golden.json', import.meta.url), 'utf8'));

describe('pedAnova', () => {
  it.each(Object.entries(golden.cases))('is that of Optuna for %s', (_, { gamma, trials, importances }) => {
    const parameters = Object.entries(golden.space).map(([key, space]): Parameter => {
      const domain: Domain =
        'choices' in space
          ? { kind: 'choices', count: space.choices.length }
          : { kind: 'numbers', low: space.low, high: space.high, log: space.log, step: space.step ?? undefined };
      const values = trials.map(({ pars: { [key]: value } }) =>
        typeof value === 'string' && 'choices' in space ? space.choices.indexOf(value) : (value as number | undefined),
      );
      return { key, domain, values };
    });
    const found = pedAnova(
      parameters,
      trials.map(({ value }) => value),
      gamma,
    );
    expect(Object.keys(importances).sort()).toEqual(parameters.map(({ key }) => key).sort());
    for (const [i, { key }] of parameters.entries()) {
      const expected = importances[key] ?? Number.NaN;
      expect(Math.abs((found[i] ?? Number.NaN) - expected), key).toBeLessThanOrEqual(1e-10 * Math.max(expected, 1e-3));
    }
  });
});

describe('normalMass', () => {
  // By Python's math.erfc.
  it.each([
    [-1, 1, 0.682689492137086],
    [0, 0.5, 0.191462461274013],
    [-Infinity, Infinity, 1],
    [1.96, 2.5, 0.018788229822444297],
    [4, 40, 3.167124183311986e-5],
    [-40, -4.5, 3.3976731247300535e-6],
    [8, 9, 6.219831985865866e-16],
  ])('from %d to %d is %d', (a, b, expected) => {
    expect(normalMass(a, b) / expected).toBeCloseTo(1, 9);
  });
});
