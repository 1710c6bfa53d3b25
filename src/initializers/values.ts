// Values that are given.

import { settle } from '../catalogue.ts';
import { data, showShape, size } from '../graph/node.ts';
import { copy } from '../graph/ops/index.ts';
import type { Initializer } from './initializer.ts';

export interface ValuesOptions {
  /** Row-major, as many as the parameter has elements. */
  readonly values: Float32Array | readonly number[];
}

export function values(options: ValuesOptions): Initializer {
  const given = Float32Array.from(settle('values', options, {}, ['values']).values);
  return (shape, { name }) => {
    if (given.length !== size(shape)) {
      throw new Error(`values: parameter ${name} has shape ${showShape(shape)}, got ${given.length} values`);
    }
    return copy(data(`values of ${name}`, given, shape));
  };
}
