// The schedules against PyTorch's in double precision (golden.py beside this). Rates are float32: a few roundings of
// the largest rate, and in powers one of the base for every step: (8 · largest + step · rate) · 2⁻²⁴.

import { describe, expect, it } from 'vitest';
import { data } from '../graph/node.ts';
import { evaluate } from '../testing/evaluate.ts';
import { item, range } from '../testing/item.ts';
import { type Rate, rateAt } from './configure.ts';
import golden from './golden.json' with { type: 'json' };
import * as schedules from './index.ts';

/** Our name and options of a scheduler of PyTorch. */
function translated(scheduler: string, rate: number, given: Readonly<Record<string, number>>): Exclude<Rate, number> {
  const of = (name: string): number => given[name] ?? Number.NaN;
  if (scheduler === 'LinearLR') {
    return { name: 'linear', from: rate * of('start_factor'), to: rate * of('end_factor'), steps: of('total_iters') };
  }
  if (scheduler === 'CosineAnnealingLR') return { name: 'cosine', from: rate, to: of('eta_min'), steps: of('T_max') };
  if (scheduler === 'StepLR') return { name: 'step', from: rate, factor: of('gamma'), every: of('step_size') };
  if (scheduler === 'ExponentialLR') return { name: 'exponential', from: rate, decay: of('gamma') };
  throw new Error(`translated: ${scheduler} is not known`);
}

const ratesOf = (rate: Rate, steps: readonly number[]): number[] =>
  evaluate(steps.map((step) => rateAt(rate, data('step', Int32Array.of(step), [])))).flat();

const float = (values: readonly number[]): number[] => values.map(Math.fround);

const cases = golden.cases.map(({ scheduler, arguments: given, learningRate, rates }) => {
  const numbers = Object.fromEntries(Object.entries(given));
  return { rate: translated(scheduler, learningRate, numbers), expected: rates };
});

it('every schedule has golden values, below or in PyTorch', () => {
  const known = new Set(['constant', 'sutskeverBlend', ...cases.map(({ rate }) => rate.name)]);
  expect([...known].sort()).toEqual(Object.keys(schedules).sort());
});

describe('against PyTorch', () => {
  it.each(cases)('$rate', ({ rate, expected }) => {
    const actual = ratesOf(rate, [...expected.keys()]);
    const largest = Math.max(...expected);
    for (const [step, value] of expected.entries()) {
      const tolerance = (8 * largest + step * value) * 2 ** -24;
      expect(Math.abs(item(actual, step) - value), `step ${step}`).toBeLessThanOrEqual(tolerance);
    }
  });
});

describe('a rate', () => {
  it('that is a number or a constant is the same at every step', () => {
    expect(ratesOf(0.1, [0, 1, 1000])).toEqual(float([0.1, 0.1, 0.1]));
    expect(ratesOf({ name: 'constant', value: 0.1 }, [0, 1, 1000])).toEqual(float([0.1, 0.1, 0.1]));
  });

  it.each(['linear', 'cosine'] as const)('that is %s ends at its last value and stays there', (name) => {
    const [end = 0, ...later] = ratesOf({ name, from: 1, to: 0.25, steps: 10 }, [10, 11, 100, 2 ** 24]);
    expect(end).toBeCloseTo(0.25, 6);
    expect(later).toEqual([end, end, end]);
    expect(ratesOf({ name, from: 1, steps: 10 }, [10])).toEqual([0]);
  });

  it('that is a step falls exactly after every so many steps, however many', () => {
    const rate = { name: 'step', from: 1, factor: 0.5, every: 7 } as const;
    const steps = range(200, (i) => i);
    expect(ratesOf(rate, steps)).toEqual(steps.map((step) => 0.5 ** Math.floor(step / 7)));
    const slow = { name: 'step', from: 1, factor: 0.5, every: 1_000_003 } as const;
    expect(ratesOf(slow, [1_000_002, 1_000_003, 2_000_005, 2_000_006])).toEqual([1, 0.5, 0.5, 0.25]);
  });

  it('that is exponential does not drift', () => {
    const [late = 0] = ratesOf({ name: 'exponential', from: 1, decay: 0.99999 }, [1_000_000]);
    expect(Math.abs(late / 0.99999 ** 1_000_000 - 1)).toBeLessThan(2 ** -23);
  });

  it("that is Sutskever's blend grows as in the original tool", () => {
    const rate = { name: 'sutskeverBlend', max: 0.99 } as const;
    const counts = [1, 249, 250, 499, 500, 750, 1000, 2500, 100_000];
    const blend = [0.5, 0.5, 0.75, 0.75, 1 - 1 / 6, 0.875, 0.9, 1 - 1 / 22, 0.99];
    const actual = ratesOf(
      rate,
      counts.map((count) => count - 1),
    );
    for (const [i, value] of blend.entries()) expect(Math.abs(item(actual, i) - value)).toBeLessThanOrEqual(2 ** -24);
  });

  it('warms up linearly to its own value', () => {
    const rate = { name: 'constant', value: 0.5, warmup: 4 } as const;
    expect(ratesOf(rate, [0, 1, 2, 3, 4, 100])).toEqual([0.125, 0.25, 0.375, 0.5, 0.5, 0.5]);
    const falling = { name: 'linear', from: 1, steps: 8, warmup: 4 } as const;
    expect(
      ratesOf(
        falling,
        range(9, (i) => i),
      ),
    ).toEqual([0.25, 0.4375, 0.5625, 0.625, 0.5, 0.375, 0.25, 0.125, 0]);
    expect(ratesOf({ ...falling, warmup: 0 }, [0, 4])).toEqual([1, 0.5]);
  });
});

describe('errors', () => {
  const wrong = [
    [{ name: 'linear', from: 1 }, "linear: option 'steps' is missing"],
    [{ name: 'linear', from: 1, steps: Number.NaN }, 'linear: steps must be a number, got NaN'],
    [{ name: 'constant', value: 1, from: 2 }, "constant: unknown option, got 'from'; known are value"],
    [
      { name: 'polynomial' },
      "schedule: unknown name, got 'polynomial'; known are constant, cosine, exponential, linear, step, sutskeverBlend",
    ],
  ] as const;

  it.each(wrong)('%j', (rate, message) => {
    const ill: { name: string } = rate;
    expect(() => Reflect.apply(rateAt, undefined, [ill, data('step', Int32Array.of(0), [])])).toThrow(message);
  });
});
