// Batch normalization: each column (channel) has mean 0 and variance 1 over the batch, then a learnt scale and shift. In
// evaluations the running averages of mean and variance stand for those of the batch.
//
//   y = (x − mean) / √(variance + epsilon) · scale + shift
//   runningMean ← (1 − momentum) runningMean + momentum mean; the variance likewise, without bias: r / (r − 1)
//
// Ioffe & Szegedy, "Batch normalization", ICML 2015, arXiv:1502.03167; as in PyTorch.

import { checkNotNegative, settle } from '../catalogue.ts';
import { columns, type Node, rows } from '../graph/node.ts';
import { add, divide, multiply, sqrt, square, subtract, sumRows } from '../graph/ops/index.ts';
import { initializer } from '../initializers/configure.ts';
import { checkCall, type Scope } from './scope.ts';

export interface BatchNormOptions {
  /** Default 1e-5. */
  readonly epsilon?: number;
  /** Part of a batch in the running averages. Default 0.1. */
  readonly momentum?: number;
}

/**
 * x[.., c], normalized over all axes but the last. The parameters are `<name>.scale` and `<name>.shift`, the buffers
 * `<name>.mean` and `<name>.variance`.
 */
export function batchNorm(scope: Scope, name: string, x: Node, options: BatchNormOptions = {}): Node {
  checkCall('batchNorm', scope, name, x);
  const { epsilon, momentum } = settle('batchNorm', options, { epsilon: 1e-5, momentum: 0.1 });
  checkNotNegative('batchNorm', { epsilon, momentum });
  const [r, c] = [rows(x.shape), columns(x.shape)];
  const ones = initializer({ name: 'constants', value: 1 });
  const scale = scope.parameter(`${name}.scale`, [1, c], ones);
  const shift = scope.parameter(`${name}.shift`, [1, c], initializer('zeros'));
  const runningMean = scope.buffer(`${name}.mean`, [1, c], initializer('zeros'));
  const runningVariance = scope.buffer(`${name}.variance`, [1, c], ones);
  if (!scope.training) {
    const factor = divide(scale, sqrt(add(runningVariance, epsilon)));
    return add(multiply(x, factor), subtract(shift, multiply(runningMean, factor)));
  }
  const mean = multiply(sumRows(x), 1 / r);
  const centered = subtract(x, mean);
  const variance = multiply(sumRows(square(centered)), 1 / r);
  const blend = (old: Node, now: Node): Node => add(multiply(old, 1 - momentum), multiply(now, momentum));
  scope.update(runningMean, blend(runningMean, mean));
  scope.update(runningVariance, blend(runningVariance, multiply(variance, r / Math.max(1, r - 1))));
  return add(multiply(centered, divide(scale, sqrt(add(variance, epsilon)))), shift);
}
