// A smooth absolute value, √(x² + 1e-5), as the original has it for sparse codes.

import type { Node } from '../graph/node.ts';
import { add, sqrt, square } from '../graph/ops/index.ts';

export function softabs(x: Node): Node {
  return sqrt(add(square(x), 1e-5));
}
