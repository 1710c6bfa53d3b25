// A layer that learns what is to be added to its input.
// He, Zhang, Ren & Sun, "Deep residual learning for image recognition", CVPR 2016, arXiv:1512.03385.

import { show } from '../catalogue.ts';
import { type Node, sameShape, showShape } from '../graph/node.ts';
import { add } from '../graph/ops/index.ts';
import { checkNode } from './scope.ts';

/** x + branch(x). */
export function residual(x: Node, branch: (x: Node) => Node): Node {
  if (typeof branch !== 'function') {
    throw new Error(`residual: the branch must be a function, got ${show(branch)}; write (x) => …`);
  }
  const y = branch(x);
  checkNode('residual', 'what the branch makes', y);
  if (!sameShape(x.shape, y.shape)) {
    throw new Error(`residual: the branch makes ${showShape(y.shape)} of ${showShape(x.shape)}; shapes must be equal`);
  }
  return add(x, y);
}
