// A fully connected layer: x[.., in] → x · weight[in, out] + bias[out].

import { checkSizes, settle } from '../catalogue.ts';
import { columns, type Node } from '../graph/node.ts';
import { add, matmul, reshape } from '../graph/ops/index.ts';
import { type InitializerConfiguration, initializer } from '../initializers/configure.ts';
import { checkCall, type Scope } from './scope.ts';

/** How the parameters of a layer begin. */
export interface Beginnings {
  /** Default 'glorot'. */
  readonly weight?: InitializerConfiguration;
  /** Default 'zeros'. */
  readonly bias?: InitializerConfiguration;
}

export const beginnings = { weight: 'glorot', bias: 'zeros' } as const;

export interface DenseOptions extends Beginnings {
  readonly outputs: number;
}

/** x[.., in] · weight[in, outputs] + bias[outputs]; the parameters are called `<name>.weight` and `<name>.bias`. */
export function dense(scope: Scope, name: string, x: Node, options: DenseOptions): Node {
  checkCall('dense', scope, name, x);
  const { outputs, weight, bias } = settle('dense', options, beginnings, ['outputs']);
  checkSizes('dense', { outputs });
  const w = scope.parameter(`${name}.weight`, [columns(x.shape), outputs], initializer(weight));
  const b = scope.parameter(`${name}.bias`, [outputs], initializer(bias));
  return reshape(add(matmul(x, w), b), [...x.shape.slice(0, -1), outputs]);
}
