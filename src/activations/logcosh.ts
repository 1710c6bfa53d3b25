// log cosh x: x² / 2 near 0, |x| − log 2 far away.

import type { Node } from '../graph/node.ts';
import { abs, add, exp, log1p, maximum, minimum, multiply, square, subtract, tanh } from '../graph/ops/index.ts';

export function logcosh(x: Node): Node {
  const size = abs(x);
  // Up to 1 as −½ log(1 − tanh² x), which keeps the digits of small x; what is beyond adds its difference to 1.
  const near = multiply(log1p(multiply(square(tanh(minimum(size, 1))), -1)), -0.5);
  const tail = (x: Node | number): Node => log1p(exp(multiply(x, -2)));
  const far = maximum(1, size);
  return add(near, add(subtract(far, 1), subtract(tail(far), tail(1))));
}
