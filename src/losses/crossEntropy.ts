// Cross-entropy of one out of k classes: −log of the probability of the target. The model's outputs are
// logits, its predictions probabilities. Targets are whole-numbered classes [n], or distributions [n, k].

import { settle } from '../catalogue.ts';
import { rowSize } from '../data/tensor.ts';
import { softmax, softmaxCrossEntropy } from '../graph/ops/index.ts';
import type { Loss } from './loss.ts';

export function crossEntropy(options: Readonly<Record<never, never>> = {}): Loss {
  settle('crossEntropy', options, {});
  return {
    elements: softmaxCrossEntropy,
    predict: softmax,
    acceptsClasses: true,
    complaint: (target, outputs) => {
      if (rowSize(target) !== 1) return undefined;
      const wrong = target.data.find((value) => !(Number.isInteger(value) && value >= 0 && value < outputs));
      return wrong === undefined ? undefined : `classes must be whole numbers from 0 to ${outputs - 1}, got ${wrong}`;
    },
  };
}
