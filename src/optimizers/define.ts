// How an optimizer is defined: by its name, the defaults of its options, and a rule. What all optimizers have in common is
// added here: options are checked, gradients clipped, parameters averaged.

import { checkPositive, settle } from '../catalogue.ts';
import type { Node } from '../graph/node.ts';
import {
  add,
  divide,
  increment,
  minimum,
  multiply,
  oneMinusPower,
  sqrt,
  square,
  subtract,
  sum,
} from '../graph/ops/index.ts';
import { type Rate, rateAt } from '../schedules/configure.ts';
import { asMethod, type Method, type Optimizer, type Step, type Updates } from './optimizer.ts';

/** Options of every optimizer, complete. */
export interface MethodOptions {
  /**
   * With d > 0 the parameters' moving average is scored and kept as best instead of the parameters: after t steps
   * Σ dᵗ⁻ⁱ pᵢ / Σ dᵗ⁻ⁱ over the parameters pᵢ after steps i = 1 … t. Training goes on from the parameters, and what
   * layers keep besides, such as running statistics, is not averaged. Default 0.
   */
  readonly averageDecay: number;
}

/** Options of every optimizer whose step follows from one gradient, complete. */
export interface CommonOptions extends MethodOptions {
  /** The gradient is scaled down to this norm over all parameters where it is longer. Default: never. */
  readonly clipNorm: number;
}

/** A step with what most optimizers need done first: the gradient is clipped, the learning rate evaluated. */
export interface RatedStep extends Step {
  readonly learningRate: Node;
}

/**
 * A function from options to an optimizer. An option that has no default is refused, and so is a number with which
 * nothing could be learnt (see `ranges` below).
 *
 * @param rule from complete options to a function that makes the updates; what it refuses, it refuses before training
 */
export function defineOptimizer<Options extends { readonly learningRate: Rate }>(
  name: string,
  defaults: Options,
  rule: (options: Options) => (step: RatedStep) => Updates,
): (options?: Partial<Options & CommonOptions>) => Optimizer {
  return defineMethod(name, { ...defaults, clipNorm: Number.POSITIVE_INFINITY }, (options) => {
    checkPositive(name, 'clipNorm', options.clipNorm);
    const updates = rule(options);
    return (step) =>
      updates({
        ...step,
        gradient: clipped(step.gradient, options.clipNorm),
        learningRate: rateAt(options.learningRate, step.step),
      });
  });
}

/** As `defineOptimizer`, for methods with a course of their own: they have the gradient and the loss as they are. */
export function defineMethod<Options extends object>(
  name: string,
  defaults: Options,
  rule: (options: Options) => Optimizer,
): (options?: Partial<Options & MethodOptions>) => Optimizer {
  return (given = {}) => {
    const complete = { ...defaults, averageDecay: 0 };
    const options = { ...complete, ...settle(name, given, complete) };
    checkRanges(name, options);
    const optimizer = rule(options);
    return options.averageDecay === 0 ? optimizer : averaged(optimizer, options.averageDecay);
  };
}

/** The norm is offset by 1e-6, as in PyTorch's `clip_grad_norm_`. */
function clipped(gradient: Node, clipNorm: number): Node {
  if (!Number.isFinite(clipNorm)) return gradient;
  const norm = sqrt(sum(square(gradient)));
  return multiply(gradient, minimum(divide(clipNorm, add(norm, 1e-6)), 1));
}

/** The same optimizer, that of the parameters keeps an average and has it evaluated. */
function averaged(optimizer: Optimizer, decay: number): Optimizer {
  return (step): Method => {
    const method = asMethod(optimizer(step));
    const average = step.slot('average', { initial: step.initial });
    const [, parameters = step.parameters] = method.updates.find(([target]) => target === step.parameters) ?? [];
    // average ← (dᵗ⁻¹ … terms) / (1 − dᵗ) as a step towards the newest: no sum has to be kept besides.
    const share = divide(1 - decay, oneMinusPower(decay, increment(step.step)));
    const next = add(average, multiply(subtract(parameters, average), share));
    return { ...method, updates: [...method.updates, [average, next]], evaluated: average };
  };
}

const atLeast0 = { text: 'at least 0', holds: (x: number) => x >= 0 };
const below1 = { text: 'at least 0 and below 1', holds: (x: number) => x >= 0 && x < 1 };
const above1 = { text: 'above 1', holds: (x: number) => x > 1 };

/** What numbers options may have, whatever the optimizer. */
const ranges: Readonly<Record<string, typeof atLeast0>> = {
  learningRate: atLeast0,
  learningRateDecay: atLeast0,
  weightDecay: atLeast0,
  momentumDecay: atLeast0,
  epsilon: atLeast0,
  initial: atLeast0,
  momentum: below1,
  decay: below1,
  averageDecay: below1,
  beta1: below1,
  beta2: below1,
  shrink: below1,
  grow: above1,
  minStep: atLeast0,
  maxStep: atLeast0,
  stepAdapt: below1,
  minLearningRate: atLeast0,
  maxLearningRate: atLeast0,
};

function checkRanges(optimizer: string, options: object): void {
  for (const [name, value] of Object.entries(options)) {
    const range = ranges[name];
    if (range && typeof value === 'number' && !range.holds(value)) {
      throw new Error(`${optimizer}: ${name} must be ${range.text}, got ${value}`);
    }
  }
}
