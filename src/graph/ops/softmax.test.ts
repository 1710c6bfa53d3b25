// Rows of logits are computed in blocks of 2048 floats: a row is what it is by itself, wherever in a block it lies, and
// nothing is written beyond the scratch memory (`interpret` looks).

import { describe, expect, it } from 'vitest';
import { interpret } from '../../testing/interpret.ts';
import { item, range } from '../../testing/item.ts';
import { generator } from '../../testing/random.ts';
import { logSoftmax as reference } from '../../testing/reference.ts';
import { data } from '../node.ts';
import { logSoftmax, softmax, softmaxCrossEntropy, softmaxCrossEntropyGradient } from './index.ts';

/** What all functions of rows give for logits [n, k], classes, distributions and outer gradients [n, 1]. */
function everything(
  n: number,
  k: number,
  [x, classes, weights, g]: readonly [Float32Array, Float32Array, Float32Array, Float32Array],
): Float32Array[] {
  const [logits, labels] = [data('x', x, [n, k]), data('classes', classes, [n, 1])];
  const [distribution, outer] = [data('weights', weights, [n, k]), data('g', g, [n, 1])];
  return [
    softmax(logits),
    logSoftmax(logits),
    softmaxCrossEntropy(logits, labels),
    softmaxCrossEntropy(logits, distribution),
    softmaxCrossEntropyGradient(outer, logits, labels),
    softmaxCrossEntropyGradient(outer, logits, distribution),
  ].flatMap((y) => interpret([y]).map((values) => Float32Array.from(values)));
}

describe.each([
  [700, 3],
  [410, 10],
  [3, 2047],
  [3, 2048],
  [2, 2051],
])('logits [%d, %d]', (n, k) => {
  const random = generator(n + k);
  const floats = (length: number) => Float32Array.from(range(length, () => 8 * random() - 4));
  const inputs = [
    floats(n * k),
    Float32Array.from(range(n, () => Math.floor(k * random()))),
    floats(n * k),
    floats(n),
  ] as const;
  const whole = everything(n, k, inputs);

  it('give each row what it has alone', () => {
    const last = Math.floor(2048 / k);
    for (const row of new Set([0, last - 1, last, n - 1].filter((row) => row >= 0 && row < n))) {
      const of = (values: Float32Array) => values.slice((row * values.length) / n, ((row + 1) * values.length) / n);
      const [x, classes, weights, g] = inputs;
      expect(everything(1, k, [of(x), of(classes), of(weights), of(g)]), `row ${row}`).toEqual(whole.map(of));
    }
  });

  it('lose what double precision says', () => {
    const [x, classes] = inputs;
    const losses = item(whole, 2);
    for (const [row, loss] of losses.entries()) {
      const logProbabilities = reference(Array.from(x.subarray(row * k, (row + 1) * k)));
      expect(loss).toBeCloseTo(-item(logProbabilities, item(classes, row)), 4);
    }
  });
});
