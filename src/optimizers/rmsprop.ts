// RMSprop: the gradient divided by a running average of its size.
//
//   s ← decay s + (1 − decay) g²,  at first `initial`
//   a ← decay a + (1 − decay) g                              centered only
//   u = g / (√(s − a²) + epsilon)                            a = 0 unless centered; epsilonInside: √(s − a² + epsilon)
//   v ← momentum v + u
//   p ← p − learningRate v
//
// Tieleman & Hinton, Coursera lecture 6.5, 2012; centered: Graves, arXiv:1308.0850, 2013. As in PyTorch.
//
// With `nesterov`, the original tool's momentum: a step along the old velocity, the gradient there, and a step along that.
// p is the point where the gradient is taken, so the first of the two is made ahead of time:
//
//   v ← momentum v + learningRate u
//   p ← p − learningRate u − momentum v
//
// With `stepAdapt`, each parameter has a learning rate of its own, which is adapted after its step:
//
//   learningRate ← clip(learningRate · (1 ± stepAdapt), minLearningRate, maxLearningRate),  + where v > 0 as before, else −
//
// The original tool is `{ decay: 0.9, initial: 1, epsilonInside: true, nesterov: true }`.

import type { Node } from '../graph/node.ts';
import { abs, add, atLeast, divide, maximum, minimum, multiply, sqrt, square, subtract } from '../graph/ops/index.ts';
import type { Update } from '../graph/program.ts';
import { type Rate, rateAt } from '../schedules/configure.ts';
import { average, withDecay } from './decay.ts';
import { defineOptimizer, type RatedStep } from './define.ts';

export interface RmspropOptions {
  /** Default 1e-2. */
  readonly learningRate: Rate;
  /** Default 0.99. */
  readonly decay: number;
  /** Default 1e-8. */
  readonly epsilon: number;
  /** Whether epsilon is added to the square. Default false. */
  readonly epsilonInside: boolean;
  /** What the mean square begins with. Default 0. */
  readonly initial: number;
  /** A number or a schedule. Default 0. */
  readonly momentum: Rate;
  /** Default false. */
  readonly nesterov: boolean;
  /** Part by which a parameter's learning rate grows or shrinks at each step. Default 0. */
  readonly stepAdapt: number;
  /** Default 0. */
  readonly minLearningRate: number;
  /** Default Infinity. */
  readonly maxLearningRate: number;
  /** Whether the variance is estimated instead of the mean square. Default false. */
  readonly centered: boolean;
  /** Added to the gradient, times the parameters. Default 0. */
  readonly weightDecay: number;
}

const defaults: RmspropOptions = {
  learningRate: 1e-2,
  decay: 0.99,
  epsilon: 1e-8,
  epsilonInside: false,
  initial: 0,
  momentum: 0,
  nesterov: false,
  stepAdapt: 0,
  minLearningRate: 0,
  maxLearningRate: Number.POSITIVE_INFINITY,
  centered: false,
  weightDecay: 0,
};

export const rmsprop = defineOptimizer('rmsprop', defaults, (options) => {
  const { momentum, nesterov, stepAdapt } = options;
  if (nesterov && momentum === 0) throw new Error('rmsprop: nesterov needs a momentum above 0, got 0');
  if (stepAdapt > 0 && typeof options.learningRate !== 'number') {
    throw new Error('rmsprop: stepAdapt changes the learning rate by itself; give a number and no schedule');
  }
  if (stepAdapt > 0 && !nesterov) throw new Error('rmsprop: stepAdapt compares velocities; it needs nesterov: true');
  return (at) => {
    const p = at.parameters;
    const { u, updates } = scaledGradient(at, options);
    if (momentum === 0) return [...updates, [p, subtract(p, multiply(u, at.learningRate))]];
    const v = at.slot('velocity');
    const friction = rateAt(momentum, at.step);
    if (!nesterov) {
      const next = add(multiply(v, friction), u);
      return [...updates, [v, next], [p, subtract(p, multiply(next, at.learningRate))]];
    }
    const { rate, adapt } = ownRates(at, options);
    const change = multiply(u, rate);
    const next = add(multiply(v, friction), change);
    return [...updates, ...adapt(v, next), [v, next], [p, subtract(p, add(change, multiply(next, friction)))]];
  };
});

/** u, and the updates of the averages. */
function scaledGradient(
  at: RatedStep,
  { decay, epsilon, epsilonInside, initial, centered, weightDecay }: RmspropOptions,
) {
  const g = withDecay(at, weightDecay);
  const squares = average(at.slot('meanSquare', { initial }), square(g), decay);
  const means = centered ? [average(at.slot('mean'), g, decay)] : [];
  // Of gradients that hardly vary the difference may come out negative by rounding.
  const spread = means.reduce((s, { next }) => maximum(subtract(s, square(next)), 0), squares.next);
  const size = epsilonInside ? sqrt(add(spread, epsilon)) : add(sqrt(spread), epsilon);
  return { u: divide(g, size), updates: [squares.update, ...means.map(({ update }) => update)] };
}

/** The learning rate of each parameter, and its update given the velocity before and after. */
function ownRates(at: RatedStep, { learningRate, stepAdapt, minLearningRate, maxLearningRate }: RmspropOptions) {
  if (stepAdapt === 0 || typeof learningRate !== 'number') {
    return { rate: at.learningRate, adapt: (): Update[] => [] };
  }
  const rate = at.slot('learningRate', { initial: learningRate });
  const isPositive = (v: Node): Node => subtract(1, atLeast(0, v));
  const adapt = (before: Node, after: Node): Update[] => {
    const agreement = subtract(1, abs(subtract(isPositive(after), isPositive(before))));
    const factor = add(multiply(agreement, 2 * stepAdapt), 1 - stepAdapt);
    return [[rate, minimum(maximum(multiply(rate, factor), minLearningRate), maxLearningRate)]];
  };
  return { rate, adapt };
}
