// Squared error: Σ (output − target)².

import { square, subtract, sumColumns } from '../graph/ops/index.ts';
import type { Loss } from './loss.ts';

export const squaredError: Loss = {
  rows: (output, target) => sumColumns(square(subtract(output, target))),
  predict: (output) => output,
};
