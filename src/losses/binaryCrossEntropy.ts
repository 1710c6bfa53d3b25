// Cross-entropy of independent yes-or-no outputs, each with a target in [0, 1]; the model's output is the
// logit, its prediction the probability.
// Differs: the original clamps probabilities to [0.0005, 0.9995]; working on logits needs no clamp.

import { binaryCrossEntropy as elementwise, sigmoid, sumColumns } from '../graph/ops/index.ts';
import type { Loss } from './loss.ts';

export const binaryCrossEntropy: Loss = {
  rows: (output, target) => sumColumns(elementwise(output, target)),
  predict: sigmoid,
  complaint: ({ data }) => {
    const wrong = data.find((value) => !(value >= 0 && value <= 1));
    return wrong === undefined ? undefined : `targets must lie in [0, 1], got ${wrong}`;
  },
};
