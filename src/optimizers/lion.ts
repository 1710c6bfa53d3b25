// Lion: steps of one size in the direction of the sign of a momentum.
//
//   c = beta1 m + (1 − beta1) g
//   p ← p − learningRate (sign(c) + weightDecay p)
//   m ← beta2 m + (1 − beta2) g
//
// Chen et al., "Symbolic discovery of optimization algorithms", NeurIPS 2023, Algorithm 2, arXiv:2302.06675.

import { multiply, sign, subtract } from '../graph/ops/index.ts';
import type { Rate } from '../schedules/configure.ts';
import { average, decayed } from './decay.ts';
import { defineOptimizer } from './define.ts';

export interface LionOptions {
  /** Default 1e-4. */
  readonly learningRate: Rate;
  /** Default 0.9. */
  readonly beta1: number;
  /** Default 0.99. */
  readonly beta2: number;
  /** Part of the parameters that is taken off at each step, times the learning rate. Default 0. */
  readonly weightDecay: number;
}

const defaults: LionOptions = { learningRate: 1e-4, beta1: 0.9, beta2: 0.99, weightDecay: 0 };

export const lion = defineOptimizer('lion', defaults, ({ beta1, beta2, weightDecay }) => (at) => {
  const m = at.slot('momentum');
  const direction = sign(average(m, at.gradient, beta1).next);
  return [
    average(m, at.gradient, beta2).update,
    [at.parameters, subtract(decayed(at, weightDecay), multiply(direction, at.learningRate))],
  ];
});
