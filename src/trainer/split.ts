// The data of a split: inputs and targets, checked against the model that is to learn from them.

import { rowCount, rowSize, type Tensor } from '../data/tensor.ts';
import type { Model } from '../models/model.ts';

/** Inputs[n, …] and their targets[n, …], or classes [n]. */
export type Split = readonly [input: Tensor, target: Tensor];

/** @param where names the split or the function in errors */
export function checkSplit(where: string, split: Split, { inputs, outputs, loss }: Model): void {
  const [input, target] = Array.isArray(split) ? split : [];
  if (!(input?.data && target?.data)) {
    throw new Error(`${where}: expected a pair of tensors, [input, target]; make them with tensor(…)`);
  }
  if (rowCount(input) === 0) throw new Error(`${where}: there are no rows`);
  if (rowCount(input) !== rowCount(target)) {
    throw new Error(`${where}: input and target differ in rows, ${rowCount(input)} and ${rowCount(target)}`);
  }
  checkColumns(where, 'the input', rowSize(input), inputs);
  const isClasses = loss.acceptsClasses && rowSize(target) === 1;
  if (!isClasses) checkColumns(where, 'the target', rowSize(target), outputs);
  const complaint = loss.complaint?.(target, outputs);
  if (complaint) throw new Error(`${where}: ${complaint}`);
}

export function checkColumns(where: string, what: string, got: number, expected: number): void {
  if (got !== expected) {
    throw new Error(`${where}: ${what} must have ${expected} columns, as the model says, got ${got}`);
  }
}
