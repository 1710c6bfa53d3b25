// A fully connected layer: x[n, in] → x · weight[in, out] + bias[out].

import { columns, type Node } from '../graph/node.ts';
import { add, matmul } from '../graph/ops/index.ts';
import type { Initializer } from '../initializers/initializer.ts';
import type { Scope } from './scope.ts';

export interface DenseOptions {
  readonly outputs: number;
  readonly weight: Initializer;
  readonly bias: Initializer;
}

/** x[n, in] · weight[in, outputs] + bias[outputs]; the parameters are called `<name>.weight` and `<name>.bias`. */
export function dense(scope: Scope, name: string, x: Node, { outputs, weight, bias }: DenseOptions): Node {
  const w = scope.parameter(`${name}.weight`, [columns(x.shape), outputs], weight);
  const b = scope.parameter(`${name}.bias`, [outputs], bias);
  return add(matmul(x, w), b);
}
