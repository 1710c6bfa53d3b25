// Stochastic gradient descent with momentum.
//
//   v ← momentum v + g
//   p ← p − learningRate v                       plain
//   p ← p − learningRate (g + momentum v)        nesterov
//
// Sutskever, Martens, Dahl & Hinton, "On the importance of initialization and momentum in deep learning", ICML 2013,
// in the form of PyTorch, where the learning rate multiplies v and not g.

import { add, multiply, subtract } from '../graph/ops/index.ts';
import { type Rate, rateAt } from '../schedules/configure.ts';
import { withDecay } from './decay.ts';
import { defineOptimizer } from './define.ts';

export interface SgdOptions {
  /** Default 1e-3. */
  readonly learningRate: Rate;
  /** A number or a schedule, such as `{ name: 'sutskeverBlend', max: 0.99 }`. Default 0. */
  readonly momentum: Rate;
  /** Default false. */
  readonly nesterov: boolean;
  /** Added to the gradient, times the parameters. Default 0. */
  readonly weightDecay: number;
}

const defaults: SgdOptions = { learningRate: 1e-3, momentum: 0, nesterov: false, weightDecay: 0 };

export const sgd = defineOptimizer('sgd', defaults, ({ momentum, nesterov, weightDecay }) => {
  if (nesterov && momentum === 0) throw new Error('sgd: nesterov needs a momentum above 0, got 0');
  return (at) => {
    const p = at.parameters;
    const g = withDecay(at, weightDecay);
    if (momentum === 0) return [[p, subtract(p, multiply(g, at.learningRate))]];
    const v = at.slot('velocity');
    const friction = rateAt(momentum, at.step);
    const next = add(multiply(v, friction), g);
    const direction = nesterov ? add(g, multiply(next, friction)) : next;
    return [
      [v, next],
      [p, subtract(p, multiply(direction, at.learningRate))],
    ];
  };
});
