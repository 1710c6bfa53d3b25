// Absolute error: Σ |output − target|; its gradient is 0 where they are equal.

import { settle } from '../catalogue.ts';
import { abs, subtract } from '../graph/ops/index.ts';
import type { Loss } from './loss.ts';

export function absoluteError(options: Readonly<Record<never, never>> = {}): Loss {
  settle('absoluteError', options, {});
  return {
    elements: (output, target) => abs(subtract(output, target)),
    predict: (output) => output,
  };
}
