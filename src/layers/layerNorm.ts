// Layer normalization: each row has mean 0 and variance 1, then each column a learnt scale and shift.
//
//   y = (x − mean) / √(variance + epsilon) · scale + shift
//
// Ba, Kiros & Hinton, "Layer normalization", 2016, arXiv:1607.06450; as in PyTorch.

import { checkNotNegative, settle } from '../catalogue.ts';
import { columns, type Node } from '../graph/node.ts';
import { add, divide, multiply, sqrt, square, subtract, sumColumns } from '../graph/ops/index.ts';
import { initializer } from '../initializers/configure.ts';
import { checkCall, type Scope } from './scope.ts';

export interface LayerNormOptions {
  /** Default 1e-5. */
  readonly epsilon?: number;
}

/** x[.., c], normalized over the last axis. The parameters are `<name>.scale` and `<name>.shift`. */
export function layerNorm(scope: Scope, name: string, x: Node, options: LayerNormOptions = {}): Node {
  checkCall('layerNorm', scope, name, x);
  const { epsilon } = settle('layerNorm', options, { epsilon: 1e-5 });
  checkNotNegative('layerNorm', { epsilon });
  const c = columns(x.shape);
  const scale = scope.parameter(`${name}.scale`, [c], initializer({ name: 'constants', value: 1 }));
  const shift = scope.parameter(`${name}.shift`, [c], initializer('zeros'));
  const centered = subtract(x, multiply(sumColumns(x), 1 / c));
  const variance = multiply(sumColumns(square(centered)), 1 / c);
  return add(multiply(divide(centered, sqrt(add(variance, epsilon))), scale), shift);
}
