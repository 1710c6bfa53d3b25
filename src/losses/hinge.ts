// Hinge: Σ max(0, margin − t output), the loss of support vector machines; t is 1 where the target is above 0, else −1, so
// that classes may be written −1 and 1 or 0 and 1.
// Cortes & Vapnik, "Support-vector networks", Machine Learning 20, 1995.

import { checkNumbers, settle } from '../catalogue.ts';
import type { Node } from '../graph/node.ts';
import { atLeast, multiply, relu, subtract } from '../graph/ops/index.ts';
import { complaintUnless, type Loss } from './loss.ts';

export interface HingeOptions {
  /** Default 1. */
  readonly margin?: number;
}

export function hinge(options: HingeOptions = {}): Loss {
  const { margin } = settle('hinge', options, { margin: 1 });
  checkNumbers('hinge', { margin });
  return { ...twoClasses, elements: (output, target) => shortfall(output, target, margin) };
}

/** What all losses of outputs whose sign decides between two classes have in common. */
export const twoClasses: Omit<Loss, 'elements'> = {
  predict: (output) => output,
  complaint: complaintUnless((value) => [-1, 0, 1].includes(value), 'be -1 or 1, or 0 or 1'),
};

/** By how much the output falls short of the margin on the side of its class, or 0. */
export function shortfall(output: Node, target: Node, margin: number): Node {
  // 1 − atLeast(0, target) is 1 where the target is above 0, else 0.
  const side = subtract(1, multiply(atLeast(0, target), 2));
  return relu(subtract(margin, multiply(side, output)));
}
