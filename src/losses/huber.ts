// Huber: squared for small errors a = output − target, absolute for large ones, so that outliers weigh less:
//
//   Σ ½ a²                       where |a| ≤ delta
//     delta (|a| − ½ delta)      elsewhere
//
// Huber, "Robust estimation of a location parameter", Annals of Mathematical Statistics 35, 1964. As in PyTorch.

import { checkPositive, settle } from '../catalogue.ts';
import { abs, add, minimum, multiply, square, subtract } from '../graph/ops/index.ts';
import type { Loss } from './loss.ts';

export interface HuberOptions {
  /** Default 1. */
  readonly delta?: number;
}

export function huber(options: HuberOptions = {}): Loss {
  const { delta } = settle('huber', options, { delta: 1 });
  checkPositive('huber', 'delta', delta);
  return {
    elements: (output, target) => {
      const a = abs(subtract(output, target));
      const small = minimum(a, delta);
      return add(multiply(square(small), 0.5), multiply(subtract(a, small), delta));
    },
    predict: (output) => output,
  };
}
