// Kullback–Leibler divergence of Bernoulli distributions: Σ t log(t / p) + (1 − t) log((1 − t) / (1 − p)), what is lost
// when the model's probabilities p stand for the target's, t in [0, 1]. The model's output is the logit of p. Differs from
// `binaryCrossEntropy` by the entropy of the target: the gradient is the same, and the best value is 0.

import { settle } from '../catalogue.ts';
import type { Node } from '../graph/node.ts';
import { add, binaryCrossEntropy, log, maximum, multiply, sigmoid, subtract } from '../graph/ops/index.ts';
import { type Loss, mustBeProbabilities } from './loss.ts';

export function bernoulliKl(options: Readonly<Record<never, never>> = {}): Loss {
  settle('bernoulliKl', options, {});
  return {
    elements: (output, t) => add(binaryCrossEntropy(output, t), add(timesLog(t), timesLog(subtract(1, t)))),
    predict: sigmoid,
    complaint: mustBeProbabilities,
  };
}

/** t log t, which is 0 for t = 0. */
function timesLog(t: Node): Node {
  return multiply(t, log(maximum(t, 2 ** -126)));
}
