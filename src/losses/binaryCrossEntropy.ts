// Cross-entropy of independent yes-or-no outputs, each with a target in [0, 1]; the model's output is the
// logit, its prediction the probability.
// Differs: the original clamps probabilities to [0.0005, 0.9995]; working on logits needs no clamp.

import { settle } from '../catalogue.ts';
import { binaryCrossEntropy as elementwise, sigmoid } from '../graph/ops/index.ts';
import type { Loss } from './loss.ts';

export function binaryCrossEntropy(options: Readonly<Record<never, never>> = {}): Loss {
  settle('binaryCrossEntropy', options, {});
  return {
    elements: elementwise,
    predict: sigmoid,
    complaint: ({ data }) => {
      const wrong = data.find((value) => !(value >= 0 && value <= 1));
      return wrong === undefined ? undefined : `targets must lie in [0, 1], got ${wrong}`;
    },
  };
}
