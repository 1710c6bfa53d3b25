// Dropout: in training each element is zero with probability `rate`, and the others are scaled up so that the mean
// stays; in evaluation nothing happens.
// Srivastava, Hinton, Krizhevsky, Sutskever & Salakhutdinov, JMLR 15, 2014.

import { show } from '../catalogue.ts';
import type { Node } from '../graph/node.ts';
import { dropoutMask, multiply } from '../graph/ops/index.ts';
import { checkCall, type Scope } from './scope.ts';

/**
 * @param name of the random numbers: layers of one name drop the same units
 * @throws when the rate is not in [0, 1)
 */
export function dropout(scope: Scope, name: string, x: Node, rate: number): Node {
  checkCall('dropout', scope, name, x);
  if (!(rate >= 0 && rate < 1)) throw new Error(`dropout: the rate must lie in [0, 1), got ${show(rate)}`);
  if (!scope.training || rate === 0) return x;
  return multiply(x, dropoutMask(scope.random(name), x.shape, rate));
}
