// Adadelta: the gradient is divided by its recent size and multiplied by that of the recent steps, so that a step has the
// unit of a parameter.
//
//   s ← decay s + (1 − decay) g²
//   u = √(d + epsilon) / √(s + epsilon) · g
//   d ← decay d + (1 − decay) u²
//   p ← p − learningRate u
//
// Zeiler, "ADADELTA: an adaptive learning rate method", 2012, Algorithm 1, arXiv:1212.5701. As in PyTorch.
// Differs from the original tool, whose epsilon is 1e-4 and which adds a momentum.

import { add, divide, multiply, sqrt, square, subtract } from '../graph/ops/index.ts';
import type { Rate } from '../schedules/configure.ts';
import { average, withDecay } from './decay.ts';
import { defineOptimizer } from './define.ts';

export interface AdadeltaOptions {
  /** Default 1. */
  readonly learningRate: Rate;
  /** Default 0.9. */
  readonly decay: number;
  /** Default 1e-6. */
  readonly epsilon: number;
  /** Added to the gradient, times the parameters. Default 0. */
  readonly weightDecay: number;
}

const defaults: AdadeltaOptions = { learningRate: 1, decay: 0.9, epsilon: 1e-6, weightDecay: 0 };

export const adadelta = defineOptimizer('adadelta', defaults, ({ decay, epsilon, weightDecay }) => (at) => {
  const p = at.parameters;
  const g = withDecay(at, weightDecay);
  const gradients = average(at.slot('meanSquare'), square(g), decay);
  const steps = at.slot('meanSquareStep');
  const u = multiply(divide(sqrt(add(steps, epsilon)), sqrt(add(gradients.next, epsilon))), g);
  return [gradients.update, average(steps, square(u), decay).update, [p, subtract(p, multiply(u, at.learningRate))]];
});
