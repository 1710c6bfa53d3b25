// Cross-entropy of independent yes-or-no outputs, each with a target in [0, 1]; the model's output is the
// logit, its prediction the probability.
// Differs: the original clamps probabilities to [0.0005, 0.9995]; working on logits needs no clamp.

import { settle } from '../catalogue.ts';
import { add, binaryCrossEntropy as elementwise, multiply, sigmoid } from '../graph/ops/index.ts';
import { checkSmoothing, type Loss, mustBeProbabilities, type SmoothingOptions } from './loss.ts';

export function binaryCrossEntropy(options: SmoothingOptions = {}): Loss {
  const { labelSmoothing: s } = settle('binaryCrossEntropy', options, { labelSmoothing: 0 });
  checkSmoothing('binaryCrossEntropy', s);
  return {
    elements: (output, target) => elementwise(output, add(multiply(target, 1 - s), s / 2)),
    predict: sigmoid,
    complaint: mustBeProbabilities,
  };
}
