// Absolute error: Σ |output − target|; its gradient is 0 where they are equal.

import { abs, subtract, sumColumns } from '../graph/ops/index.ts';
import type { Loss } from './loss.ts';

export const absoluteError: Loss = {
  rows: (output, target) => sumColumns(abs(subtract(output, target))),
  predict: (output) => output,
};
