// Adam with the weight decay taken out of the gradient, and so out of the moments.
//
//   p ← p − learningRate weightDecay p, then as Adam
//
// Loshchilov & Hutter, "Decoupled weight decay regularization", ICLR 2019, Algorithm 2, arXiv:1711.05101.
// Differs: the decay is multiplied by the learning rate, as in PyTorch.

import { settle } from '../catalogue.ts';
import { multiply, subtract } from '../graph/ops/index.ts';
import { type AdamOptions, adaptiveMoments } from './adam.ts';
import { checkRanges, type Optimizer, prepare } from './optimizer.ts';

export interface AdamwOptions extends Omit<AdamOptions, 'weightDecay'> {
  /** Part of the parameters that is taken off at each step, times the learning rate. Default 0.01. */
  readonly weightDecay?: number;
}

/** Learning rate 1e-3 by default. */
export function adamw(options: AdamwOptions = {}): Optimizer {
  const settled = settle('adamw', options, {
    learningRate: 1e-3,
    beta1: 0.9,
    beta2: 0.999,
    epsilon: 1e-8,
    weightDecay: 0.01,
    clipNorm: Number.POSITIVE_INFINITY,
  });
  checkRanges('adamw', settled);
  return (at) => {
    const p = at.parameters;
    const { gradient, rate } = prepare(at, settled);
    const { moments, change } = adaptiveMoments(at, gradient, rate, settled);
    const decayed = subtract(p, multiply(p, multiply(rate, settled.weightDecay)));
    return [...moments, [p, subtract(decayed, change)]];
  };
}
