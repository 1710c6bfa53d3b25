// RMSprop: the gradient divided by a running average of its size.
//
//   s ← decay s + (1 − decay) g²
//   a ← decay a + (1 − decay) g                              centered only
//   u = g / (√(s − a²) + epsilon)                            a = 0 unless centered
//   v ← momentum v + u
//   p ← p − learningRate v
//
// Tieleman & Hinton, Coursera lecture 6.5, 2012; centered: Graves, arXiv:1308.0850, 2013. As in PyTorch.
// Differs from the original tool, where s starts at 1, epsilon stands inside the root and momentum is Nesterov's.

import { settle } from '../catalogue.ts';
import { add, divide, maximum, multiply, sqrt, square, subtract } from '../graph/ops/index.ts';
import type { Update } from '../graph/program.ts';
import { type CommonOptions, checkRanges, type Optimizer, prepare, withDecay } from './optimizer.ts';

export interface RmspropOptions extends CommonOptions {
  /** Default 0.99. */
  readonly decay?: number;
  /** Default 1e-8. */
  readonly epsilon?: number;
  /** Default 0. */
  readonly momentum?: number;
  /** Whether the variance is estimated instead of the mean square. Default false. */
  readonly centered?: boolean;
  /** Added to the gradient, times the parameters. Default 0. */
  readonly weightDecay?: number;
}

/** Learning rate 1e-2 by default. */
export function rmsprop(options: RmspropOptions = {}): Optimizer {
  const settled = settle('rmsprop', options, {
    learningRate: 1e-2,
    decay: 0.99,
    epsilon: 1e-8,
    momentum: 0,
    centered: false,
    weightDecay: 0,
    clipNorm: Number.POSITIVE_INFINITY,
  });
  const { decay, epsilon, momentum, centered, weightDecay } = settled;
  checkRanges('rmsprop', settled);
  return (at) => {
    const p = at.parameters;
    const { gradient, rate } = prepare(at, settled);
    const g = withDecay(gradient, p, weightDecay);
    const updates: Update[] = [];
    const average = (name: string, value: typeof g) => {
      const old = at.slot(name);
      const next = add(multiply(old, decay), multiply(value, 1 - decay));
      updates.push([old, next]);
      return next;
    };
    const meanSquare = average('meanSquare', square(g));
    // Of gradients that hardly vary the difference may come out negative by rounding.
    const spread = centered ? maximum(subtract(meanSquare, square(average('mean', g))), 0) : meanSquare;
    const u = divide(g, add(sqrt(spread), epsilon));
    if (momentum === 0) return [...updates, [p, subtract(p, multiply(u, rate))]];
    const v = at.slot('velocity');
    const next = add(multiply(v, momentum), u);
    return [...updates, [v, next], [p, subtract(p, multiply(next, rate))]];
  };
}
