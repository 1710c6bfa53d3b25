// x where it is positive, else a small part of it: units never stop to learn.
// Maas, Hannun & Ng, "Rectifier nonlinearities improve neural network acoustic models", ICML 2013.

import type { Node } from '../graph/node.ts';
import { maximum, multiply } from '../graph/ops/index.ts';

/** max(slope x, x); default slope 0.01, as in PyTorch. Its gradient at 0 is the slope. */
export function leakyRelu(x: Node, slope = 0.01): Node {
  return maximum(multiply(x, slope), x);
}
