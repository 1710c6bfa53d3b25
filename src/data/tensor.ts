// Data on the host's side: a typed array and its shape.

import { show } from '../catalogue.ts';

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
    if (!Array.isArray(axes) && !ArrayBuffer.isView(axes))
      throw new Error(`tensor: the shape must be a list, got ${show(axes)}; write [n, …]`);
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
      `tensor: expected nested lists of numbers, or a Float32Array, Int32Array or Uint8Array, got ${show(values)}`,
    );
  }
  const axes = shapeOf(values);
  // Anything but a list is what `map` hands on.
  if (Array.isArray(shape) && shape.join() !== axes.join()) {
    throw new Error(
      `tensor: nested lists have a shape of their own, [${axes.join(', ')}], got [${shape.join(', ')}]; give a Float32Array and a shape`,
    );
  }
  const flat: number[] = [];
  flatten(values, axes, flat);
  return { data: Float32Array.from(flat), shape: axes };
}

function isTensor(value: unknown): value is Tensor {
  return (
    typeof value === 'object' && value !== null && 'data' in value && 'shape' in value && Array.isArray(value.shape)
  );
}

/** @param what names the function in errors */
export function checkTensor(what: string, value: unknown): void {
  if (!isTensor(value)) throw new Error(`${what}: expected a tensor, got ${show(value)}; tensor(…) makes one`);
}

/** @param what names the function in errors */
export function checkTensors(what: string, value: unknown): void {
  if (!Array.isArray(value)) {
    const got = isTensor(value) ? 'a tensor' : show(value);
    throw new Error(`${what}: expected a list of tensors, got ${got}; put them into a list, as in [x, z]`);
  }
  for (const each of value) checkTensor(what, each);
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
