// Adam with the weight decay taken out of the gradient, and so out of the moments.
//
//   p ← p − learningRate weightDecay p, then as Adam
//
// Loshchilov & Hutter, "Decoupled weight decay regularization", ICLR 2019, Algorithm 2, arXiv:1711.05101.
// Differs: the decay is multiplied by the learning rate, as in PyTorch.

import { subtract } from '../graph/ops/index.ts';
import { type AdamOptions, adamDefaults, adaptiveChange, moments } from './adam.ts';
import { decayed } from './decay.ts';
import { defineOptimizer } from './define.ts';

export interface AdamwOptions extends AdamOptions {
  /** Part of the parameters that is taken off at each step, times the learning rate. Default 0.01. */
  readonly weightDecay: number;
}

const defaults: AdamwOptions = { ...adamDefaults, weightDecay: 0.01 };

export const adamw = defineOptimizer('adamw', defaults, (options) => (at) => {
  const { m, v, updates } = moments(at, at.gradient, options);
  const p = decayed(at, options.weightDecay);
  return [...updates, [at.parameters, subtract(p, adaptiveChange(at, m, v, options))]];
});
