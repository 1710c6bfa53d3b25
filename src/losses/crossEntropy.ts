// Cross-entropy of one out of k classes: −log of the probability of the target. The model's outputs are
// logits, its predictions probabilities. Targets are whole-numbered classes [n], or distributions [n, k].

import { rowSize } from '../data/tensor.ts';
import { softmax, softmaxCrossEntropy } from '../graph/ops/index.ts';
import type { Loss } from './loss.ts';

export const crossEntropy: Loss = {
  rows: softmaxCrossEntropy,
  predict: softmax,
  acceptsClasses: true,
  complaint: (target, outputs) => {
    if (rowSize(target) !== 1) return undefined;
    const wrong = target.data.find((value) => !(Number.isInteger(value) && value >= 0 && value < outputs));
    return wrong === undefined ? undefined : `classes must be whole numbers from 0 to ${outputs - 1}, got ${wrong}`;
  },
};
