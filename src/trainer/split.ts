// The data of a split: tensors with equally many rows, checked against the model that is to learn from them.

import { rowCount, rowSize, type Tensor } from '../data/tensor.ts';
import type { Field } from '../models/model.ts';

/** Usually inputs[n, …] and their targets[n, …], or classes [n]; what a model takes say its fields. */
export type Split = readonly [input: Tensor, ...others: Tensor[]];

/** @param where names the split or the function in errors */
export function checkSplit(where: string, split: Split, fields: readonly Field[]): void {
  const tensors: readonly (Tensor | undefined)[] = Array.isArray(split) ? split : [];
  const least = fields.filter(({ optional }) => !optional).length;
  if (tensors.length < least || tensors.length > fields.length || !tensors.every((tensor) => tensor?.data)) {
    const names = fields.map(({ name, optional }) => (optional ? `${name}?` : name));
    throw new Error(`${where}: expected tensors [${names.join(', ')}]; make them with tensor(…)`);
  }
  const rows = rowCount(split[0]);
  if (rows === 0) throw new Error(`${where}: there are no rows`);
  for (const [i, field] of fields.entries()) {
    const tensor = split[i];
    if (!tensor) continue;
    if (rowCount(tensor) !== rows) {
      throw new Error(`${where}: ${fields[0]?.name} and ${field.name} differ in rows, ${rows} and ${rowCount(tensor)}`);
    }
    checkTensor(where, tensor, field);
  }
}

/** Checks a tensor by itself. */
export function checkTensor(where: string, tensor: Tensor, { complaint }: Field): void {
  const wrong = complaint?.(tensor);
  if (wrong) throw new Error(`${where}: ${wrong}`);
}

/** The programs are made for tensors with rows like those of the training data. */
export function checkLikeTraining(where: string, split: Split, train: Split, fields: readonly Field[]): void {
  if (split.length !== train.length) {
    throw new Error(`${where}: there must be ${train.length} tensors, as in the training data, got ${split.length}`);
  }
  for (const [i, tensor] of split.entries())
    checkRowLikeTraining(where, tensor, train[i] ?? tensor, fields[i]?.name ?? '');
}

export function checkRowLikeTraining(where: string, tensor: Tensor, training: Tensor, name: string): void {
  const [got, expected] = [rowSize(tensor), rowSize(training)];
  if (got !== expected) {
    throw new Error(`${where}: the ${name} must have ${expected} columns, as that of the training data, got ${got}`);
  }
}

/** Elements by which something is looked up must be whole numbers from 0, and below a limit if there is one. */
export function checkIndices(where: string, tensor: Tensor | undefined, below: number | undefined, name: string): void {
  if (below === undefined) return;
  const wrong = tensor?.data.find((value) => !(Number.isInteger(value) && value >= 0 && value < below));
  if (wrong === undefined) return;
  throw new Error(`${where}: the ${name} must hold whole numbers from 0 to ${below - 1}, got ${wrong}`);
}
