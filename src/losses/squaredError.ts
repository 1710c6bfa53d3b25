// Squared error: Σ (output − target)².

import { settle } from '../catalogue.ts';
import { square, subtract } from '../graph/ops/index.ts';
import type { Loss } from './loss.ts';

export function squaredError(options: Readonly<Record<never, never>> = {}): Loss {
  settle('squaredError', options, {});
  return {
    elements: (output, target) => square(subtract(output, target)),
    predict: (output) => output,
  };
}
