// The part of the rows whose class is predicted right.

import type { Tensor } from '../data/tensor.ts';
import type { Score } from './score.ts';

/**
 * For predictions [.., k] the part of the rows whose largest value is that of the target's class, given as a class
 * [..] or [.., 1] or one column per class [.., k]; the first of equal ones counts. For predictions [.., 1], probabilities,
 * the part that lies on the side of ½ on which the target lies. Weighted where there is one weight per row or per sample:
 * Σ weight · isRight / Σ weight.
 *
 * @throws when predictions and targets do not fit each other
 */
export const accuracy: Score = (prediction, target, weight) => {
  const k = prediction.shape.at(-1) ?? 1;
  const rows = prediction.data.length / k;
  const width = target.data.length / rows;
  if (width !== 1 && width !== k) {
    const [got, expected] = [target, prediction].map(({ shape }) => `[${shape.join(', ')}]`);
    throw new Error(`accuracy: targets ${got} do not fit predictions ${expected}`);
  }
  const rowsPerWeight = weight ? rows / weight.data.length : rows;
  if (weight && !Number.isInteger(rowsPerWeight)) {
    throw new Error(`accuracy: ${weight.data.length} weights do not fit ${rows} rows of predictions`);
  }
  let [right, total] = [0, 0];
  for (let row = 0; row < rows; row++) {
    const expected = width === 1 ? (target.data[row] ?? 0) : largest(target, row, k);
    const isRight =
      k === 1 ? isAbove(prediction, row) === isAbove(target, row) : largest(prediction, row, k) === expected;
    const counts = weight?.data[Math.floor(row / rowsPerWeight)] ?? 1;
    if (isRight) right += counts;
    total += counts;
  }
  return right / total;
};

function isAbove({ data }: Tensor, row: number): boolean {
  return (data[row] ?? 0) > 0.5;
}

/** The column of the largest value of a row. */
function largest({ data }: Tensor, row: number, k: number): number {
  let best = 0;
  for (let column = 1; column < k; column++) {
    if ((data[row * k + column] ?? 0) > (data[row * k + best] ?? 0)) best = column;
  }
  return best;
}
