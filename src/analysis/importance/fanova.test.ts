// Variance shares where they are known.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { generator } from '../../testing/random.ts';
import { fanova, Marginals } from './fanova.ts';
import type { Domain, Parameter } from './parameters.ts';

type Values = readonly (number | undefined)[];

const numbers = (key: string, low: number, high: number, values: Values, log = false): Parameter => ({
  key,
  domain: { kind: 'numbers', low, high, log, step: undefined } satisfies Domain,
  values,
});
const choices = (key: string, count: number, values: Values): Parameter => ({
  key,
  domain: { kind: 'choices', count },
  values,
});

const N = 1000;
const random = generator(7);
const draw = (of: (u: number) => number): number[] => Array.from({ length: N }, () => of(random()));

/** Shares as percentages, interactions last. */
function shares(parameters: readonly Parameter[], f: (...x: number[]) => number): number[] {
  const values = draw(() => 0).map((_, i) => f(...parameters.map((parameter) => parameter.values[i] ?? Number.NaN)));
  const { shares, interactions } = fanova(parameters, values, 0);
  return [...shares.map((share) => 100 * share), 100 * interactions];
}

const unit = (key: string): Parameter =>
  numbers(
    key,
    0,
    1,
    draw((u) => u),
  );
const near = (...expected: number[]) => within(3, ...expected);
const within = (tolerance: number, ...expected: number[]) =>
  expected.map((share) =>
    expect.toSatisfy((x: number) => Math.abs(x - share) <= tolerance, `within ${tolerance} of ${share}`),
  );

describe('fanova', () => {
  it('of a sum is each variance: 100/101 and 1/101', () => {
    expect(shares([unit('a'), unit('b')], (a, b) => a + 0.1 * b)).toEqual(near(99.0, 1.0, 0));
  });

  it('tells choices apart, however many there are', () => {
    // Twice as many as a byte can tell apart: modulo 256 the two halves would be one.
    const of = draw((u) => Math.floor(512 * u));
    expect(shares([choices('a', 512, of), unit('b')], (a) => Number(a >= 256))[0]).toBeGreaterThan(90);
  });

  it('of a product around 0 is an interaction', () => {
    const around = (key: string) =>
      numbers(
        key,
        -1,
        1,
        draw((u) => 2 * u - 1),
      );
    expect(shares([around('a'), around('b')], (a, b) => a * b)).toEqual(near(0, 0, 100));
  });

  // *Ishigami & Homma, ISUMA 1990*, with a = 7 and b = 0.1: 0.3139, 0.4424, 0, and 0.2437 of the first with the third.
  it("of Ishigami's function is as its integrals say", () => {
    const angle = (key: string) =>
      numbers(
        key,
        -Math.PI,
        Math.PI,
        draw((u) => Math.PI * (2 * u - 1)),
      );
    const f = (a: number, b: number, c: number) => Math.sin(a) + 7 * Math.sin(b) ** 2 + 0.1 * c ** 4 * Math.sin(a);
    expect(shares([angle('a'), angle('b'), angle('c')], f)).toEqual(within(6, 31.4, 44.2, 0, 24.4));
  });

  it('takes choices, however their numbers lie', () => {
    // Variance 14/3 − 4/9·… of {0, 3, 1} is 14/9, of 2x it is 1/3.
    const name = choices(
      'name',
      3,
      draw((u) => Math.floor(3 * u)),
    );
    const whole = 14 / 9 + 1 / 3;
    const f = (c: number, x: number) => ([0, 3, 1][c] ?? 0) + 2 * x;
    expect(shares([name, unit('x')], f)).toEqual(near(((14 / 9) * 100) / whole, 100 / 3 / whole, 0));
  });

  it('averages over the logarithm where a domain is logarithmic', () => {
    // log₁₀ is uniform in [−5, −1]: variance 16/12; 4x has the same.
    const rate = numbers(
      'rate',
      1e-5,
      1e-1,
      draw((u) => 10 ** (4 * u - 5)),
      true,
    );
    expect(shares([rate, unit('x')], (r, x) => Math.log10(r) + 4 * x)).toEqual(near(50, 50, 0));
  });

  it('takes a parameter that only some trials have', () => {
    const name = choices(
      'name',
      2,
      draw((u) => Math.floor(2 * u)),
    );
    const momentum = numbers(
      'momentum',
      0,
      1,
      draw((u) => u).map((m, i) => (name.values[i] === 0 ? m : undefined)),
    );
    const noise = unit('noise');
    const values = name.values.map(
      (c, i) => (c === 0 ? (momentum.values[i] ?? 0) : 0.5) + 0.01 * (noise.values[i] ?? 0),
    );
    const { shares, r2 } = fanova([name, momentum, noise], values, 0);
    // Where there is one it is all that counts: half of the trials vary by 1/12.
    // That there is none may be read off either of the two.
    expect(shares[1]).toBeGreaterThan(3 * (shares[0] ?? Number.NaN));
    expect(shares[2]).toBeLessThan(0.02);
    expect(r2).toBeGreaterThan(0.98);
  });

  it('is the same again, another for another seed, and knows when nothing can be explained', () => {
    const parameters = [unit('a'), unit('b')].map((of) => ({ ...of, values: of.values.slice(0, 100) }));
    const values = draw((u) => u).slice(0, 100);
    const first = fanova(parameters, values, 3);
    expect(fanova(parameters, values, 3)).toEqual(first);
    expect(fanova(parameters, values, 4)).not.toEqual(first);
    expect(first.r2).toBeLessThan(0.1);
    expect(
      fanova(
        parameters,
        values.map(() => 1),
        0,
      ),
    ).toEqual({ shares: [0, 0], interactions: 0, r2: 0 });
  });
});

describe('Marginals', () => {
  it('is what sums over all points say', () => {
    const sizes = [3, 2, 4];
    const share = fc.integer({ min: 1, max: 9 });
    const weights = fc.tuple(...sizes.map((size) => fc.array(share, { minLength: size, maxLength: size })));
    const splits = fc.array(
      fc.tuple(fc.nat(), fc.nat({ max: 2 }), fc.nat({ max: 14 }), fc.integer({ min: -9, max: 9 })),
      { maxLength: 8 },
    );
    fc.assert(
      fc.property(weights, splits, (weights, splits) => {
        const levels = weights.map((w) => {
          const total = w.reduce((a, b) => a + b, 0);
          return { of: new Uint32Array(), shares: Float64Array.from(w, (x) => x / total), isOrdered: true };
        });
        // The whole domain is divided again and again.
        let boxes = [{ box: sizes.map((size) => new Uint8Array(size).fill(1)), value: 1 }];
        for (const [which, k, mask, value] of splits) {
          const divided = boxes[which % boxes.length];
          if (!divided) continue;
          const parts = [1, 0].map((side) => ({
            box: divided.box.map((inside, i) =>
              i === k ? inside.map((is, level) => (((mask >> level) & 1) === side ? is : 0)) : inside,
            ),
            value: side ? value : divided.value,
          }));
          boxes = [...boxes.filter((other) => other !== divided), ...parts];
        }
        const marginals = new Marginals(levels);
        for (const { box, value } of boxes) marginals.add(box, value);

        const points = [0, 1, 2].flatMap((a) => [0, 1].flatMap((b) => [0, 1, 2, 3].map((c) => [a, b, c])));
        const at = points.map((point) => ({
          point,
          share: point.reduce((product, level, k) => product * (levels[k]?.shares[level] ?? 0), 1),
          value: boxes.find(({ box }) => point.every((level, k) => box[k]?.[level] === 1))?.value ?? Number.NaN,
        }));
        const mean = at.reduce((sum, { share, value }) => sum + share * value, 0);
        const alone = sizes.map((size, k) =>
          Array.from({ length: size }, (_, level) => at.filter(({ point }) => point[k] === level)).reduce(
            (sum, part) => {
              const share = part.reduce((all, { share }) => all + share, 0);
              const average = part.reduce((all, { share, value }) => all + share * value, 0) / share;
              return sum + share * (average - mean) ** 2;
            },
            0,
          ),
        );
        for (const [k, found] of marginals.variances().entries()) expect(found).toBeCloseTo(alone[k] ?? Number.NaN, 9);
      }),
    );
  });
});
