// x where it is positive, else alpha (eˣ − 1).
// Clevert, Unterthiner & Hochreiter, "Fast and accurate deep network learning by exponential linear units", ICLR 2016,
// arXiv:1511.07289.

import type { Node } from '../graph/node.ts';
import { add, divide, minimum, multiply, relu, subtract, tanh } from '../graph/ops/index.ts';

/** Default alpha 1, as in PyTorch. */
export function elu(x: Node, alpha = 1): Node {
  // eˣ − 1 = 2 t / (1 − t), which keeps the digits of small x that the difference would lose.
  const t = tanh(multiply(minimum(x, 0), 0.5));
  return add(relu(x), multiply(divide(t, subtract(1, t)), 2 * alpha));
}
