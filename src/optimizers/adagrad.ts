// Adagrad: every parameter has a learning rate that falls with the squares of its gradients so far.
//
//   s ← s + g²,  at first `initial`
//   p ← p − learningRate / (1 + step · learningRateDecay) · g / (√s + epsilon)
//
// Duchi, Hazan & Singer, "Adaptive subgradient methods for online learning and stochastic optimization", JMLR 12, 2011,
// the diagonal form of figure 1, with the options of PyTorch.

import { add, divide, multiply, sqrt, square, subtract, toFloat } from '../graph/ops/index.ts';
import type { Rate } from '../schedules/configure.ts';
import { withDecay } from './decay.ts';
import { defineOptimizer } from './define.ts';

export interface AdagradOptions {
  /** Default 1e-2. */
  readonly learningRate: Rate;
  /** Default 0. */
  readonly learningRateDecay: number;
  /** What the sum of squares begins with. Default 0. */
  readonly initial: number;
  /** Default 1e-10. */
  readonly epsilon: number;
  /** Added to the gradient, times the parameters. Default 0. */
  readonly weightDecay: number;
}

const defaults: AdagradOptions = {
  learningRate: 1e-2,
  learningRateDecay: 0,
  initial: 0,
  epsilon: 1e-10,
  weightDecay: 0,
};

export const adagrad = defineOptimizer('adagrad', defaults, ({ learningRateDecay, initial, epsilon, weightDecay }) => {
  return (at) => {
    const p = at.parameters;
    const g = withDecay(at, weightDecay);
    const sum = at.slot('sumOfSquares', { initial });
    const next = add(sum, square(g));
    const rate = divide(at.learningRate, add(multiply(toFloat(at.step), learningRateDecay), 1));
    return [
      [sum, next],
      [p, subtract(p, multiply(divide(g, add(sqrt(next), epsilon)), rate))],
    ];
  };
});
