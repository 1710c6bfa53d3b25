// Rprop: every parameter has a step size of its own, which grows while its gradient keeps its sign and shrinks when it
// changes; the size of the gradient does not matter. For full batches.
//
//   s ← clip(s · (grow where g g' > 0, shrink where g g' < 0, else 1), minStep, maxStep),  at first learningRate
//   g ← 0 where g g' < 0
//   p ← p − s sign(g);  g' ← g,  at first 0
//
// Riedmiller & Braun, "A direct adaptive method for faster backpropagation learning", ICNN 1993; without going back, as
// Rprop− of Igel & Hüsken, 2000, but that no step is made after a change of sign: the form of PyTorch.
// Differs from the original tool, where steps begin at minStep (`learningRate: 1e-6`), maxStep is 1, and the step after a
// change of sign is made.

import { add, maximum, minimum, multiply, sign, subtract } from '../graph/ops/index.ts';
import { defineOptimizer } from './define.ts';

export interface RpropOptions {
  /** The first step size. Default 1e-2. */
  readonly learningRate: number;
  /** Default 0.5. */
  readonly shrink: number;
  /** Default 1.2. */
  readonly grow: number;
  /** Default 1e-6. */
  readonly minStep: number;
  /** Default 50. */
  readonly maxStep: number;
}

const defaults: RpropOptions = { learningRate: 1e-2, shrink: 0.5, grow: 1.2, minStep: 1e-6, maxStep: 50 };

export const rprop = defineOptimizer('rprop', defaults, ({ learningRate, shrink, grow, minStep, maxStep }) => {
  if (typeof learningRate !== 'number')
    throw new Error('rprop: learningRate is the first step size, a number; got a schedule');
  if (minStep > maxStep) throw new Error(`rprop: minStep must not exceed maxStep, got ${minStep} and ${maxStep}`);
  return ({ parameters: p, gradient: g, slot }) => {
    const previous = slot('gradient');
    const size = slot('stepSize', { initial: learningRate });
    const agreement = multiply(sign(g), sign(previous));
    // 1 where the sign changed, and where it stayed.
    const changed = maximum(subtract(0, agreement), 0);
    const stayed = maximum(agreement, 0);
    const factor = add(add(multiply(stayed, grow - 1), multiply(changed, shrink - 1)), 1);
    const next = minimum(maximum(multiply(size, factor), minStep), maxStep);
    const kept = multiply(g, subtract(1, changed));
    return [
      [previous, kept],
      [size, next],
      [p, subtract(p, multiply(sign(kept), next))],
    ];
  };
});
