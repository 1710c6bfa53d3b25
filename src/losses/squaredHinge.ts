// Squared hinge: Σ max(0, margin − t output)², with targets as for `hinge`; it has no kink.

import { checkNumbers, settle } from '../catalogue.ts';
import { square } from '../graph/ops/index.ts';
import { type HingeOptions, shortfall, twoClasses } from './hinge.ts';
import type { Loss } from './loss.ts';

export function squaredHinge(options: HingeOptions = {}): Loss {
  const { margin } = settle('squaredHinge', options, { margin: 1 });
  checkNumbers('squaredHinge', { margin });
  return { ...twoClasses, elements: (output, target) => square(shortfall(output, target, margin)) };
}
