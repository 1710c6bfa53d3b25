// The activations and their derivatives against PyTorch in double precision (golden.py beside this). Values: 3 units in
// the last place; gelu and silu lose digits where the result is much smaller than its argument, so there of the argument
// (bounds: src/machine/math.test.ts). Derivatives are put together of terms of size 1: 1e-6 absolute.

import { describe, expect, it } from 'vitest';
import { pick } from '../catalogue.ts';
import { gradient } from '../graph/gradient.ts';
import { data } from '../graph/node.ts';
import { sum } from '../graph/ops/index.ts';
import { evaluate } from '../testing/evaluate.ts';
import { item } from '../testing/item.ts';
import golden from './golden.json' with { type: 'json' };
import * as activations from './index.ts';

it('every activation has golden values', () => {
  expect(golden.cases.map(({ activation }) => activation).sort()).toEqual(Object.keys(activations).sort());
});

/** What the error of a value is compared with. */
function sizeOf(activation: string, x: number, value: number): number {
  if (activation === 'gelu' || activation === 'silu') return Math.abs(x);
  // The distance to the largest is rounded, and then a power of e.
  return activation === 'softmax' ? value * (1 + (Math.max(...golden.x) - x) / 6) : value;
}

describe.each(golden.cases)('$activation', ({ activation, values, derivatives }) => {
  const x = data('x', Float32Array.from(golden.x), [golden.x.length]);
  const y = pick('activation', activations, activation)(x);
  const [actual = [], slopes = []] = evaluate([y, ...gradient(sum(y), [x])]);

  it('has the values of PyTorch', () => {
    for (const [i, value] of values.entries()) {
      const size = sizeOf(activation, item(golden.x, i), Math.abs(value));
      const error = Math.abs(item(actual, i) - value);
      expect(error, `at ${golden.x[i]}`).toBeLessThanOrEqual(3 * 2 ** -23 * size + 2 ** -149);
    }
  });

  it('has the derivatives of PyTorch', () => {
    for (const [i, slope] of derivatives.entries()) {
      expect(Math.abs(item(slopes, i) - slope), `at ${golden.x[i]}`).toBeLessThanOrEqual(1e-6);
    }
  });
});
