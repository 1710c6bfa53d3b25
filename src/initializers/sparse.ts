// Normally distributed values with all but a few of each column zero: every unit has a fixed number of inputs.
// Martens, "Deep learning via Hessian-free optimization", ICML 2010, section 5.

import { settle } from '../catalogue.ts';
import { rows } from '../graph/node.ts';
import { sparsifyColumns } from '../graph/ops/index.ts';
import type { Initializer } from './initializer.ts';
import { normal } from './normal.ts';

export interface SparseOptions {
  /** Entries of each column that are kept. Default 15. */
  readonly nonZero?: number;
  /** Standard deviation of the kept ones. Default 1. */
  readonly std?: number;
}

export function sparse(options: SparseOptions = {}): Initializer {
  const { nonZero, std } = settle('sparse', options, { nonZero: 15, std: 1 });
  return (shape, stream) => {
    const which = { ...stream, name: `${stream.name}/sparse` };
    return sparsifyColumns(which, normal({ std })(shape, stream), Math.min(nonZero, rows(shape)));
  };
}
