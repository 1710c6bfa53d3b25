// Data on the host's side: a typed array and its shape.

export type TensorData = Float32Array | Int32Array | Uint8Array;

export interface Tensor<D extends TensorData = TensorData> {
  /** Row-major. */
  readonly data: D;
  readonly shape: readonly number[];
}

/** Numbers, or lists of equal length of these. */
export type Nested = readonly number[] | readonly Nested[];

/**
 * Host data, from nested lists (as float32, the shape is theirs) or from a typed array and its shape (not copied).
 *
 * @throws when rows have different lengths, or when the array's length is not the product of the shape
 */
export function tensor(nested: Nested): Tensor<Float32Array>;
export function tensor<D extends TensorData>(data: D, shape?: readonly number[]): Tensor<D>;
export function tensor(values: Nested | TensorData, shape?: readonly number[]): Tensor {
  if (values instanceof Float32Array || values instanceof Int32Array || values instanceof Uint8Array) {
    const axes = shape ?? [values.length];
    if (!axes.every((axis) => Number.isInteger(axis) && axis >= 0)) {
      throw new Error(`tensor: the shape must be whole numbers, got [${axes.join(', ')}]`);
    }
    const size = axes.reduce((product, axis) => product * axis, 1);
    if (size !== values.length) {
      throw new Error(`tensor: shape [${axes.join(', ')}] has ${size} elements, got ${values.length}`);
    }
    return { data: values, shape: axes };
  }
  if (!Array.isArray(values)) {
    throw new Error(
      `tensor: expected nested lists of numbers, or a Float32Array, Int32Array or Uint8Array, got ${String(values)}`,
    );
  }
  const axes = shapeOf(values);
  const flat: number[] = [];
  flatten(values, axes, flat);
  return { data: Float32Array.from(flat), shape: axes };
}

/** Rows of a tensor, the size of its first axis. */
export function rowCount({ shape }: Tensor): number {
  return shape[0] ?? 1;
}

/** Elements of one row. */
export function rowSize({ shape }: Tensor): number {
  return shape.slice(1).reduce((product, axis) => product * axis, 1);
}

function shapeOf(nested: Nested | number): number[] {
  if (!Array.isArray(nested)) return [];
  const first = nested[0];
  return [nested.length, ...(first === undefined ? [] : shapeOf(first))];
}

function flatten(nested: Nested | number, [length, ...inner]: readonly number[], into: number[]): void {
  if (typeof nested === 'number' && length === undefined) into.push(nested);
  else if (Array.isArray(nested) && nested.length === length) for (const part of nested) flatten(part, inner, into);
  else {
    const got = typeof nested === 'number' ? 'a number' : Array.isArray(nested) ? `${nested.length}` : String(nested);
    throw new Error(
      `tensor: rows must have equal lengths and hold numbers, expected ${length ?? 'a number'}, got ${got}`,
    );
  }
}
