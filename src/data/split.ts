// Parts of a data set and simple conversions of its tensors.

import { checkNumbers, show } from '../catalogue.ts';
import { checkTensor, checkTensors, rowCount, rowSize, type Tensor, type TensorData, tensor } from './tensor.ts';

/**
 * Consecutive ranges of rows of several tensors with equally many rows: `split([x, z], [80, 10, 10])` gives
 * `[[x, z], [x, z], [x, z]]` with 80, 10 and 10 rows. The parts are views, not copies. Rows left over are in no part.
 *
 * @throws when the tensors have different numbers of rows, or fewer than the counts add up to
 */
export function split<const T extends readonly Tensor[], const C extends readonly number[]>(
  tensors: T,
  counts: C,
): { -readonly [P in keyof C]: { -readonly [K in keyof T]: T[K] } };
export function split(tensors: readonly Tensor[], counts: readonly number[]): Tensor[][] {
  checkTensors('split', tensors);
  if (!Array.isArray(counts)) {
    throw new Error(`split: the counts of rows must be a list, one for each part, got ${show(counts)}`);
  }
  const [rows, ...others] = tensors.map(rowsOf);
  if (rows === undefined) throw new Error('split: expected at least one tensor, got none');
  if (others.some((other) => other !== rows)) {
    throw new Error(`split: the tensors must have equally many rows, got ${[rows, ...others].join(', ')}`);
  }
  if (!counts.every((count) => Number.isInteger(count) && count >= 0)) {
    throw new Error(`split: the counts of rows must be whole numbers, got ${counts.join(', ')}`);
  }
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total > rows) throw new Error(`split: ${counts.join(' + ')} = ${total} rows, but the tensors have ${rows}`);
  let end = 0;
  return counts.map((count) => {
    const start = end;
    end += count;
    return tensors.map((whole) => rowRange(whole, start, start + count));
  });
}

/** The rows for whose number `keep` says yes, of several tensors; copies. */
export function rowsWhere<const T extends readonly Tensor[]>(
  tensors: T,
  keep: (row: number) => boolean,
): { -readonly [K in keyof T]: T[K] };
export function rowsWhere(tensors: readonly Tensor[], keep: (row: number) => boolean): Tensor[] {
  checkTensors('rowsWhere', tensors);
  return tensors.map((whole) => {
    const size = rowSize(whole);
    const data = whole.data.filter((_, i) => keep(Math.floor(i / size)));
    return tensor(data, [data.length / size, ...whole.shape.slice(1)]);
  });
}

/**
 * Labels[n] as float32 [n, classes]: 1 in the column of the label, 0 elsewhere.
 *
 * @throws when a label is not a whole number from 0 to classes − 1
 */
export function oneHot(labels: Tensor, classes: number): Tensor<Float32Array> {
  checkTensor('oneHot', labels);
  if (!Number.isInteger(classes) || classes < 1) {
    throw new Error(`oneHot: the number of classes must be a whole number from 1 on, got ${classes}`);
  }
  if (labels.shape.length === 0 || rowSize(labels) !== 1) {
    throw new Error(`oneHot: expected one label in each row, got shape [${labels.shape.join(', ')}]`);
  }
  const hot = new Float32Array(labels.data.length * classes);
  labels.data.forEach((label: number, row: number) => {
    if (!Number.isInteger(label) || label < 0 || label >= classes) {
      throw new Error(`oneHot: labels must be whole numbers from 0 to ${classes - 1}, got ${label} in row ${row}`);
    }
    hot[row * classes + label] = 1;
  });
  return tensor(hot, [labels.data.length, classes]);
}

/** A float32 copy with every element multiplied by `factor`: `scaled(images, 1 / 255)`. */
export function scaled(x: Tensor, factor: number): Tensor<Float32Array> {
  checkTensor('scaled', x);
  checkNumbers('scaled', { factor });
  const { data, shape } = x;
  const copy = new Float32Array(data.length);
  data.forEach((value: number, i: number) => {
    copy[i] = value * factor;
  });
  return tensor(copy, shape);
}

function rowsOf(whole: Tensor): number {
  if (whole.shape.length === 0) throw new Error('split: a scalar has no rows, expected tensors with at least one axis');
  return rowCount(whole);
}

function rowRange(whole: Tensor, start: number, end: number): Tensor {
  const size = rowSize(whole);
  const part: TensorData = whole.data.subarray(start * size, end * size);
  return tensor(part, [end - start, ...whole.shape.slice(1)]);
}
