// Cross-entropy of one out of k classes: −log of the probability of the target. The model's outputs are
// logits, its predictions probabilities. Targets are whole-numbered classes [n], or distributions [n, k].

import { settle } from '../catalogue.ts';
import { rowSize } from '../data/tensor.ts';
import { columns, constant } from '../graph/node.ts';
import { add, expand, multiply, softmax, softmaxCrossEntropy } from '../graph/ops/index.ts';
import { checkSmoothing, type Loss, type SmoothingOptions } from './loss.ts';

export function crossEntropy(options: SmoothingOptions = {}): Loss {
  const { labelSmoothing: s } = settle('crossEntropy', options, { labelSmoothing: 0 });
  checkSmoothing('crossEntropy', s);
  return {
    elements: (output, target) => {
      const exact = softmaxCrossEntropy(output, target);
      if (s === 0) return exact;
      const uniform = expand(constant(1 / columns(output.shape)), output.shape);
      return add(multiply(exact, 1 - s), multiply(softmaxCrossEntropy(output, uniform), s));
    },
    predict: softmax,
    acceptsClasses: true,
    complaint: (target, outputs) => {
      if (rowSize(target) !== 1) return undefined;
      const wrong = target.data.find((value) => !(Number.isInteger(value) && value >= 0 && value < outputs));
      return wrong === undefined ? undefined : `classes must be whole numbers from 0 to ${outputs - 1}, got ${wrong}`;
    },
  };
}
