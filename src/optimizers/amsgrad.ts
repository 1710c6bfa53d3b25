// Adam whose steps never grow again where the gradient was once large.
//
//   m ← beta1 m + (1 − beta1) g
//   v ← beta2 v + (1 − beta2) g²
//   w ← max(w, v)
//   p ← p − learningRate · m / (1 − beta1ᵗ) / (√(w / (1 − beta2ᵗ)) + epsilon),  t = step + 1
//
// Reddi, Kale & Kumar, "On the convergence of Adam and beyond", ICLR 2018, Algorithm 2, arXiv:1904.09237.
// Differs: both moments are corrected for their start at zero, as in PyTorch.

import { maximum, subtract } from '../graph/ops/index.ts';
import { adamDefaults, adaptiveChange, moments } from './adam.ts';
import { withDecay } from './decay.ts';
import { defineOptimizer } from './define.ts';

export const amsgrad = defineOptimizer('amsgrad', adamDefaults, (options) => (at) => {
  const { m, v, updates } = moments(at, withDecay(at, options.weightDecay), options);
  const largest = at.slot('largestSecondMoment');
  const w = maximum(largest, v);
  return [...updates, [largest, w], [at.parameters, subtract(at.parameters, adaptiveChange(at, m, w, options))]];
});
