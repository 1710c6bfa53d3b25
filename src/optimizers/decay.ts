// What fades from step to step: weights, in two ways, and averages.

import type { Node } from '../graph/node.ts';
import { add, multiply, subtract } from '../graph/ops/index.ts';
import type { Update } from '../graph/program.ts';
import type { RatedStep } from './define.ts';
import type { Step } from './optimizer.ts';

/** g + weightDecay p: the gradient of the loss with weightDecay/2 Σ p² added. */
export function withDecay({ gradient, parameters }: Step, weightDecay: number): Node {
  return weightDecay === 0 ? gradient : add(gradient, multiply(parameters, weightDecay));
}

/** p − learningRate weightDecay p: decay that no adaptive learning rate touches. */
export function decayed({ parameters: p, learningRate }: RatedStep, weightDecay: number): Node {
  return weightDecay === 0 ? p : subtract(p, multiply(p, multiply(learningRate, weightDecay)));
}

/** decay · old + (1 − decay) · value: an average that forgets, and the update that keeps it. */
export function average(old: Node, value: Node, decay: number): { readonly next: Node; readonly update: Update } {
  const next = add(multiply(old, decay), multiply(value, 1 - decay));
  return { next, update: [old, next] };
}
