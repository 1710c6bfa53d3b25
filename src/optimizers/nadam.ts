// Adam with Nesterov's momentum: the step looks ahead to where the first moment will lead.
//
//   μ(t) = beta1 (1 − ½ · 0.96^(t momentumDecay)),  t = step + 1;  Μ = μ(1) μ(2) … μ(t)
//   m ← beta1 m + (1 − beta1) g
//   v ← beta2 v + (1 − beta2) g²
//   p ← p − learningRate ((1 − μ(t)) g / (1 − Μ) + μ(t + 1) m / (1 − Μ μ(t + 1))) / (√(v / (1 − beta2ᵗ)) + epsilon)
//
// Dozat, "Incorporating Nesterov momentum into Adam", ICLR workshop 2016, Algorithm 2, in the form of PyTorch.

import type { Node } from '../graph/node.ts';
import { add, divide, increment, multiply, pow, subtract, toFloat } from '../graph/ops/index.ts';
import type { Rate } from '../schedules/configure.ts';
import { type AdamOptions, adamDefaults, moments, typicalSize } from './adam.ts';
import { withDecay } from './decay.ts';
import { defineOptimizer } from './define.ts';

export interface NadamOptions extends AdamOptions {
  /** Default 2e-3. */
  readonly learningRate: Rate;
  /** How fast the momentum grows from half of beta1 to beta1. Default 4e-3. */
  readonly momentumDecay: number;
}

const defaults: NadamOptions = { ...adamDefaults, learningRate: 2e-3, momentumDecay: 4e-3 };

export const nadam = defineOptimizer('nadam', defaults, (options) => (at) => {
  const { beta1, momentumDecay } = options;
  const p = at.parameters;
  const g = withDecay(at, options.weightDecay);
  const { m, v, updates } = moments(at, g, options);
  const t = increment(at.step);
  const momentumAt = (time: Node): Node =>
    multiply(subtract(1, multiply(pow(0.96, multiply(toFloat(time), momentumDecay)), 0.5)), beta1);
  const [now, ahead] = [momentumAt(t), momentumAt(increment(t))];
  // 1 − Μ is kept: Μ itself would become denormal.
  const rest = at.slot('momentumRest', { shape: [] });
  const next = subtract(1, multiply(subtract(1, rest), now));
  const ofGradient = multiply(g, divide(subtract(1, now), next));
  const ofMoment = multiply(m, divide(ahead, subtract(1, multiply(subtract(1, next), ahead))));
  const change = multiply(divide(add(ofGradient, ofMoment), typicalSize(at, v, options)), at.learningRate);
  return [...updates, [rest, next], [p, subtract(p, change)]];
});
