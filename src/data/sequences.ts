// Sequences as training data: cut into chunks or windows, and those of different lengths padded to one tensor.
// A sequence is a tensor[t, …]: its rows are the steps.

import { settle } from '../catalogue.ts';
import { split } from './split.ts';
import { checkTensor, checkTensors, rowCount, rowSize, type Tensor, tensor } from './tensor.ts';

/**
 * Consecutive parts of `length` steps; the last one has what remains. They are views, not copies.
 *
 * @throws when the length is not a whole number from 1 on
 */
export function chunks<T extends Tensor>(sequence: T, length: number): T[] {
  checkTensor('chunks', sequence);
  checkCount('chunks', 'the length', length);
  const steps = rowCount(sequence);
  const lengths = Array.from({ length: Math.ceil(steps / length) }, (_, i) => Math.min(length, steps - i * length));
  return split([sequence], lengths).map(([part]) => part);
}

/**
 * All windows[n, size, …] of `size` steps that begin every `offset` steps; steps that fill no window are left out.
 *
 * @param offset default 1
 * @throws when a number is not a whole one from 1 on
 */
export function windows<T extends Tensor>(sequence: T, size: number, offset?: number): T;
export function windows(sequence: Tensor, size: number, offset = 1): Tensor {
  checkTensor('windows', sequence);
  checkCount('windows', 'the size', size);
  checkCount('windows', 'the offset', offset);
  const count = Math.max(0, Math.floor((rowCount(sequence) - size) / offset) + 1);
  const width = rowSize(sequence);
  const all = emptyLike(sequence, [count, size, ...sequence.shape.slice(1)]);
  for (let i = 0; i < count; i++) {
    all.data.set(sequence.data.subarray(i * offset * width, (i * offset + size) * width), i * size * width);
  }
  return all;
}

export interface PaddingOptions {
  /** Steps of the result; default: those of the longest sequence. */
  readonly length?: number;
  /** Whether the zeros come before the sequence instead of behind it. Default false. */
  readonly front?: boolean;
}

/**
 * Sequences[t, …] of different lengths as one tensor: values[n, length, …] with zeros where a sequence has no more steps,
 * and mask[n, length], 1 where it has some and 0 elsewhere.
 *
 * @throws when there are none, when their rows differ in shape or type, or when one is longer than `length`
 */
export function padded<T extends Tensor>(
  sequences: readonly T[],
  options?: PaddingOptions,
): [values: T, mask: Tensor<Uint8Array>];
export function padded(
  sequences: readonly Tensor[],
  options: PaddingOptions = {},
): [values: Tensor, mask: Tensor<Uint8Array>] {
  checkTensors('padded', sequences);
  const { length: longest, front } = settle('padded', options, { length: undefined, front: false });
  const length = longest ?? Math.max(...sequences.map(rowCount));
  const [first] = sequences;
  if (first === undefined) throw new Error('padded: expected at least one sequence, got none');
  checkCount('padded', 'the length', length);
  const inner = first.shape.slice(1);
  const width = rowSize(first);
  const values = emptyLike(first, [sequences.length, length, ...inner]);
  const mask = tensor(new Uint8Array(sequences.length * length), [sequences.length, length]);
  for (const [i, sequence] of sequences.entries()) {
    const steps = rowCount(sequence);
    if (sequence.shape.slice(1).join() !== inner.join() || sequence.data.constructor !== first.data.constructor) {
      throw new Error(
        `padded: the sequences must have steps of one shape and type, [${inner.join(', ')}], ` +
          `got [${sequence.shape.slice(1).join(', ')}] in sequence ${i}`,
      );
    }
    if (steps > length) throw new Error(`padded: sequence ${i} must have at most ${length} steps, got ${steps}`);
    const start = i * length + (front ? length - steps : 0);
    values.data.set(sequence.data, start * width);
    mask.data.fill(1, start, start + steps);
  }
  return [values, mask];
}

/**
 * What predicts the next step learns from: of values[n, t, …] all steps but the last as inputs[n, t − 1, …], and all but
 * the first as targets. Of a mask[n, t], the second is the mask of the targets.
 *
 * @throws when there are fewer than two axes, or no step
 */
export function nextSteps<T extends Tensor>(values: T): [inputs: T, targets: T];
export function nextSteps(values: Tensor): [inputs: Tensor, targets: Tensor] {
  checkTensor('nextSteps', values);
  const [rows = 0, steps = 0, ...inner] = values.shape;
  if (values.shape.length < 2 || steps === 0) {
    throw new Error(`nextSteps: the shape must be [n, t, …] with t > 0, got [${values.shape.join(', ')}]`);
  }
  const width = rowSize(values) / steps;
  const stepsFrom = (first: number): Tensor => {
    const part = emptyLike(values, [rows, steps - 1, ...inner]);
    for (let row = 0; row < rows; row++) {
      const start = (row * steps + first) * width;
      part.data.set(values.data.subarray(start, start + (steps - 1) * width), row * (steps - 1) * width);
    }
    return part;
  };
  return [stepsFrom(0), stepsFrom(1)];
}

/** Zeros of the type of another tensor. */
function emptyLike({ data }: Tensor, shape: readonly number[]): Tensor {
  const size = shape.reduce((product, axis) => product * axis, 1);
  if (data instanceof Float32Array) return tensor(new Float32Array(size), shape);
  return data instanceof Int32Array ? tensor(new Int32Array(size), shape) : tensor(new Uint8Array(size), shape);
}

function checkCount(where: string, what: string, count: number): void {
  if (!(Number.isInteger(count) && count >= 1)) {
    throw new Error(`${where}: ${what} must be a whole number from 1 on, got ${count}`);
  }
}
