// Adam: adaptive moments.
//
//   m ← beta1 m + (1 − beta1) g
//   v ← beta2 v + (1 − beta2) g²
//   p ← p − learningRate · m / (1 − beta1ᵗ) / (√(v / (1 − beta2ᵗ)) + epsilon),  t = step + 1
//
// Kingma & Ba, "Adam: a method for stochastic optimization", ICLR 2015, Algorithm 1, arXiv:1412.6980.

import { settle } from '../catalogue.ts';
import type { Node } from '../graph/node.ts';
import {
  add,
  divide,
  increment,
  multiply,
  oneMinusPower,
  reciprocal,
  sqrt,
  square,
  subtract,
} from '../graph/ops/index.ts';
import type { Update } from '../graph/program.ts';
import { type CommonOptions, checkRanges, type Optimizer, prepare, type Step, withDecay } from './optimizer.ts';

export interface AdamOptions extends CommonOptions {
  /** Default 0.9. */
  readonly beta1?: number;
  /** Default 0.999. */
  readonly beta2?: number;
  /** Default 1e-8. */
  readonly epsilon?: number;
  /** Added to the gradient, times the parameters. Default 0. */
  readonly weightDecay?: number;
}

/** Learning rate 1e-3 by default. */
export function adam(options: AdamOptions = {}): Optimizer {
  const settled = settle('adam', options, {
    learningRate: 1e-3,
    beta1: 0.9,
    beta2: 0.999,
    epsilon: 1e-8,
    weightDecay: 0,
    clipNorm: Number.POSITIVE_INFINITY,
  });
  checkRanges('adam', settled);
  return (at) => {
    const { gradient, rate } = prepare(at, settled);
    const g = withDecay(gradient, at.parameters, settled.weightDecay);
    const { moments, change } = adaptiveMoments(at, g, rate, settled);
    return [...moments, [at.parameters, subtract(at.parameters, change)]];
  };
}

interface MomentOptions {
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
}

/** The updates of m and v, and what is taken off the parameters: learningRate times the corrected m / (√v + epsilon). */
export function adaptiveMoments(
  { step, slot }: Step,
  g: Node,
  learningRate: Node,
  { beta1, beta2, epsilon }: MomentOptions,
) {
  const m = slot('firstMoment');
  const v = slot('secondMoment');
  const t = increment(step);
  const m1 = add(multiply(m, beta1), multiply(g, 1 - beta1));
  const v1 = add(multiply(v, beta2), multiply(square(g), 1 - beta2));
  // Both corrections are scalars, brought where they cost a vector no division (a third of the time: bench/elementwise).
  const size = add(multiply(sqrt(v1), reciprocal(sqrt(oneMinusPower(beta2, t)))), epsilon);
  const change = multiply(divide(m1, size), divide(learningRate, oneMinusPower(beta1, t)));
  const moments: Update[] = [
    [m, m1],
    [v, v1],
  ];
  return { moments, change };
}
