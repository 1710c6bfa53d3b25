// Samples of any shape as rows of a matrix; no copy.

import { type Node, size } from '../graph/node.ts';
import { reshape } from '../graph/ops/index.ts';
import { checkNode } from './scope.ts';

/** x[n, …] → [n, elements of a sample]. */
export function flatten(x: Node): Node {
  checkNode('flatten', 'the input', x);
  const n = x.shape[0] ?? 1;
  return reshape(x, [n, size(x.shape) / n]);
}
