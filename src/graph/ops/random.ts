// Random numbers as nodes. Every number is a function of (seed, step, stream, its index) alone, so
// nothing but the step has to be remembered, and adding a stream changes no other.

import { hashName } from '../hash.ts';
import { asNode, columns, type Node, node, type Operand, rows, type Shape, showShape, size } from '../node.ts';

/** A named, independent sequence of random numbers that starts anew at every step. */
export interface Stream {
  /** int32 [2]. */
  readonly seed: Node;
  /** int32 scalar. */
  readonly step: Node;
  readonly name: string;
}

/** Random words come in blocks of this size. */
const BLOCK_BYTES = 64;

function drawn(op: string, { seed, step, name }: Stream, shape: Shape, parameter?: Node): Node {
  return node({
    op,
    takesIntegers: true,
    inputs: [seed, step, ...(parameter ? [parameter] : [])],
    attributes: [name],
    shape,
    scratchBytes: BLOCK_BYTES,
    emit: (at, y, scratch) => [
      [op, y, scratch, at(seed), at(step), hashName(name), size(shape), parameter ? at(parameter) : 0],
    ],
  });
}

/** Uniform in [0, 1), multiples of 2⁻²⁴. */
export const randomUniform = (stream: Stream, shape: Shape): Node => drawn('randomUniform', stream, shape);

/** Standard normal deviates (Box & Muller 1958). */
export const randomNormal = (stream: Stream, shape: Shape): Node => drawn('randomNormal', stream, shape);

/** 0 with probability `rate`, else 1 / (1 − rate): multiplying by it keeps the mean (inverted dropout). */
export const dropoutMask = (stream: Stream, shape: Shape, rate: Operand): Node =>
  drawn('dropoutMask', stream, shape, asNode(rate));

/**
 * int32 [batch]: the rows of a training set of n that make up the minibatch of this step. Position `step` · batch + i
 * runs through one permutation of all rows per epoch, keyed by (seed, epoch), so every row comes once per epoch and
 * batches have one size, whether n divides by it or not.
 */
export function minibatch({ seed, step, name }: Stream, n: number, batch: number): Node {
  return node({
    op: 'minibatch',
    takesIntegers: true,
    inputs: [seed, step],
    attributes: [name, n],
    shape: [batch],
    type: 'i32',
    scratchBytes: BLOCK_BYTES,
    emit: (at, y, scratch) => [['minibatch', y, scratch, at(seed), at(step), hashName(name), n, batch]],
  });
}

/** x[r, c] with all but `keep` entries of every column set to zero, the kept ones chosen at random. No gradient. */
export function sparsifyColumns({ seed, step, name }: Stream, x: Node, keep: number): Node {
  const [r, c] = [rows(x.shape), columns(x.shape)];
  if (!(Number.isInteger(keep) && keep >= 0 && keep <= r)) {
    throw new Error(`sparsifyColumns: cannot keep ${keep} of ${r} entries of each column of ${showShape(x.shape)}`);
  }
  return node({
    op: 'sparsifyColumns',
    takesIntegers: true,
    inputs: [x, seed, step],
    attributes: [name, keep],
    shape: x.shape,
    scratchBytes: BLOCK_BYTES,
    emit: (at, y, scratch) => [['sparsifyColumns', y, scratch, at(x), at(seed), at(step), hashName(name), r, c, keep]],
  });
}
