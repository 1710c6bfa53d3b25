// Stochastic gradient descent with momentum.
//
//   v ← momentum v + g
//   p ← p − learningRate v                       plain
//   p ← p − learningRate (g + momentum v)        nesterov
//
// Sutskever, Martens, Dahl & Hinton, "On the importance of initialization and momentum in deep learning", ICML 2013,
// in the form of PyTorch, where the learning rate multiplies v and not g.

import { settle } from '../catalogue.ts';
import { add, multiply, subtract } from '../graph/ops/index.ts';
import { type CommonOptions, checkRanges, type Optimizer, prepare, withDecay } from './optimizer.ts';

export interface SgdOptions extends CommonOptions {
  /** Default 0. */
  readonly momentum?: number;
  /** Default false. */
  readonly nesterov?: boolean;
  /** Added to the gradient, times the parameters. Default 0. */
  readonly weightDecay?: number;
}

/** Learning rate 1e-3 by default. */
export function sgd(options: SgdOptions = {}): Optimizer {
  const settled = settle('sgd', options, {
    learningRate: 1e-3,
    momentum: 0,
    nesterov: false,
    weightDecay: 0,
    clipNorm: Number.POSITIVE_INFINITY,
  });
  const { momentum, nesterov, weightDecay } = settled;
  checkRanges('sgd', settled);
  if (nesterov && momentum === 0) throw new Error('sgd: nesterov needs a momentum above 0, got 0');
  return (at) => {
    const p = at.parameters;
    const { gradient, rate } = prepare(at, settled);
    const g = withDecay(gradient, p, weightDecay);
    if (momentum === 0) return [[p, subtract(p, multiply(g, rate))]];
    const v = at.slot('velocity');
    const next = add(multiply(v, momentum), g);
    const direction = nesterov ? add(g, multiply(next, momentum)) : next;
    return [
      [v, next],
      [p, subtract(p, multiply(direction, rate))],
    ];
  };
}
