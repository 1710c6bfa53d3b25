// Transformations of rows that are fitted to some data, usually the training set, and applied to others.

import { checkTensor, rowCount, rowSize, type Tensor, type TensorData, tensor } from './tensor.ts';

/** Rows[n, …] → rows[n, k], and back as far as that is possible. Computed in double precision, given as float32. */
export interface Transform {
  readonly apply: (x: Tensor) => Tensor<Float32Array>;
  readonly invert: (y: Tensor) => Tensor<Float32Array>;
}

/**
 * The mean of each column of x[n, d].
 *
 * @param what names the function in errors
 * @throws when there are fewer than two rows, or a value that is not finite
 */
export function columnMeans(what: string, x: Tensor): Float64Array {
  checkTensor(what, x);
  const [rows, width] = [rowCount(x), rowSize(x)];
  if (rows < 2) throw new Error(`${what}: there must be at least two rows, got ${rows}`);
  if (!x.data.every(Number.isFinite))
    throw new Error(`${what}: all values must be finite; leave out rows that are not`);
  const sums = new Float64Array(width);
  for (const row of rowsOf(x)) for (let i = 0; i < width; i++) sums[i] = at(sums, i) + at(row, i);
  return sums.map((sum) => sum / rows);
}

/** The rows of a tensor; views, not copies. */
export function rowsOf(x: Tensor): TensorData[] {
  const width = rowSize(x);
  return Array.from({ length: rowCount(x) }, (_, row) => x.data.subarray(row * width, (row + 1) * width));
}

/** In double precision. */
export function minus(x: ArrayLike<number>, y: Float64Array): Float64Array {
  return Float64Array.from(x, (value, i) => value - at(y, i));
}

export function at(vector: ArrayLike<number>, i: number): number {
  return vector[i] ?? 0;
}

/** Applies `f` to each row; checks that rows have `width` elements. */
export function mapRows(
  what: string,
  x: Tensor,
  width: number,
  f: (row: Float64Array) => Float64Array,
): Tensor<Float32Array> {
  checkTensor(what, x);
  if (rowSize(x) !== width) throw new Error(`${what}: rows must have ${width} elements, got ${rowSize(x)}`);
  const mapped = rowsOf(x).map((row) => f(Float64Array.from(row)));
  const size = mapped[0]?.length ?? 0;
  const data = new Float32Array(mapped.length * size);
  for (const [row, values] of mapped.entries()) data.set(values, row * size);
  return tensor(data, [mapped.length, size]);
}
