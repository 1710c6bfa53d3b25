// Rows in random order, the same for the same seed everywhere.

import { checkSeed, permuted } from '../machine/scalar.ts';
import { checkTensors, rowCount, rowSize, type Tensor, tensor } from './tensor.ts';

/**
 * Several tensors with their rows in one random order: row i of the inputs still belongs to row i of the targets. Copies.
 * The order is a function of the seed and the number of rows alone.
 *
 * @param seed a whole number from 0 to 2⁵³ − 1
 * @throws when the tensors have different numbers of rows
 */
export function shuffled<const T extends readonly Tensor[]>(
  tensors: T,
  seed: number,
): { -readonly [K in keyof T]: T[K] };
export function shuffled(tensors: readonly Tensor[], seed: number): Tensor[] {
  checkTensors('shuffled', tensors);
  checkSeed('shuffled', seed);
  const [rows = 0, ...others] = tensors.map(rowCount);
  if (others.some((other) => other !== rows)) {
    throw new Error(`shuffled: the tensors must have equally many rows, got ${[rows, ...others].join(', ')}`);
  }
  const order = Array.from({ length: rows }, (_, i) => permuted(seed, i, rows, 'shuffle'));
  return tensors.map((whole) => {
    const width = rowSize(whole);
    const data = whole.data.slice();
    for (const [row, from] of order.entries())
      data.set(whole.data.subarray(from * width, (from + 1) * width), row * width);
    return tensor(data, whole.shape);
  });
}
