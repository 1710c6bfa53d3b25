// Negative log-likelihood of the target under the Gaussian that the model puts out: Σ ½ (log 2πv + (t − m)² / v). The
// output is means m and logarithms of variances side by side, [.., 2k], for a target [.., k]; predictions are m and v.
// Nix & Weigend, "Estimating the mean and variance of the target probability distribution", ICNN 1994.
// Differs from PyTorch, whose input is the variance, bounded below, and whose constant ½ log 2π is an option.

import { checkNumbers, settle } from '../catalogue.ts';
import type { Node } from '../graph/node.ts';
import { add, divide, exp, join, log, multiply, square, subtract } from '../graph/ops/index.ts';
import { gaussianOf } from './gaussian.ts';
import { half, type Loss } from './loss.ts';

export interface GaussianNllOptions {
  /** Added to all variances: what is met exactly must not be infinitely likely. Default 1e-6. */
  readonly minVariance?: number;
}

/** log 2π. */
const LOG_2_PI = 1.8378770664093453;

export function gaussianNll(options: GaussianNllOptions = {}): Loss {
  const { minVariance } = settle('gaussianNll', options, { minVariance: 1e-6 });
  checkNumbers('gaussianNll', { minVariance });
  const moments = (output: Node): { readonly m: Node; readonly v: Node } => {
    const { mean, logVariance } = gaussianOf('gaussianNll', output);
    return { m: mean, v: add(exp(logVariance), minVariance) };
  };
  return {
    elements: (output, target) => {
      const { m, v } = moments(output);
      return multiply(add(add(log(v), divide(square(subtract(target, m)), v)), LOG_2_PI), 0.5);
    },
    predict: (output) => {
      const { m, v } = moments(output);
      return join([m, v]);
    },
    targetColumns: (outputs) => half('gaussianNll', outputs),
  };
}
