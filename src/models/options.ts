// Checks of options that several models have.

import { show } from '../catalogue.ts';

/** @throws unless it is a list, such as the units of each hidden layer */
export function checkList(model: string, option: string, value: unknown): void {
  if (!Array.isArray(value)) {
    throw new Error(`${model}: ${option} must be a list with the units of each hidden layer, got ${show(value)}`);
  }
}

/** One for each layer, from one for all. */
export function perLayer<T>(model: string, option: string, given: T | readonly T[], length: number): readonly T[] {
  if (!Array.isArray(given)) return new Array<T>(length).fill(given as T);
  if (given.length !== length) {
    throw new Error(`${model}: ${option} must have ${length} entries, got ${given.length}`);
  }
  return given;
}

/** Dropout rates of the inputs and of each hidden layer, from the option: a list of them, or one for all hidden layers. */
export function dropoutRates(
  model: string,
  given: number | readonly number[],
  hidden: readonly number[],
): readonly number[] {
  if (typeof given === 'number') return [0, ...hidden.map(() => given)];
  return perLayer(model, 'dropout', given, hidden.length + 1);
}
