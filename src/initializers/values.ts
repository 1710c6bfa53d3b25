// Values that are given.

import { settle, show } from '../catalogue.ts';
import { data, showShape, size } from '../graph/node.ts';
import { copy } from '../graph/ops/index.ts';
import type { Initializer } from './initializer.ts';

export interface ValuesOptions {
  /** Row-major, as many as the parameter has elements. */
  readonly values: Float32Array | readonly number[];
}

export function values(options: ValuesOptions): Initializer {
  const { values } = settle('values', options, {}, ['values']);
  if (!Array.isArray(values) && !ArrayBuffer.isView(values)) {
    throw new Error(
      `values: values must be a list of numbers or a Float32Array, got ${show(values)}; of a tensor, its data`,
    );
  }
  const given = Float32Array.from(values);
  return (shape, { name }) => {
    if (given.length !== size(shape)) {
      throw new Error(`values: parameter ${name} has shape ${showShape(shape)}, got ${given.length} values`);
    }
    return copy(data(`values of ${name}`, given, shape));
  };
}
