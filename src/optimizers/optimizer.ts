// What an optimizer is, and how one is defined. Parameters are one flat vector p[n], and so is nearly everything that an
// optimizer remembers of them.

import { checkPositive, settle } from '../catalogue.ts';
import type { Node, Operand, Shape } from '../graph/node.ts';
import { add, divide, minimum, multiply, sqrt, square, subtract, sum } from '../graph/ops/index.ts';
import type { Update } from '../graph/program.ts';
import { type Rate, rateAt } from '../schedules/configure.ts';

/** What an optimizer makes its updates from. */
export interface Step {
  /** p[n], the parameters. */
  readonly parameters: Node;
  /** g[n], the gradient of the loss. */
  readonly gradient: Node;
  /** What is minimised at `parameters`, a scalar. */
  readonly loss: Node;
  /** Updates made before this one, an int32 scalar. */
  readonly step: Node;
  /** The first value of the parameters, [n], for first values of slots. */
  readonly initial: Node;
  /** Memory of the optimizer's own in the state zone, float32. */
  readonly slot: (name: string, options?: SlotOptions) => Node;
}

export interface SlotOptions {
  /** Default [n], a value for each parameter. */
  readonly shape?: Shape;
  /** The first value, of that shape or one that can be repeated to it. Default 0. */
  readonly initial?: Operand;
}

/** The new value of the parameters, and of everything the optimizer remembers. */
export type Updates = readonly Update[];

/** What an optimizer is that needs more than updates. */
export interface Method {
  /**
   * The program that ends a step: the step counter and the buffers of layers change with it. Without `advance` it is all
   * of a step.
   */
  readonly updates: Updates;
  /** The parameters [n] that are scored and kept as best, where these are not those that are trained: an average. */
  readonly evaluated?: Node;
  /** Further programs, by name. */
  readonly programs?: Readonly<Record<string, Updates>>;
  /**
   * Does a part of a step, for methods whose course depends on values, such as a line search: decides by what lies in
   * slots, and by nothing else, which programs to run. Called again and again; training may be cut between two calls and
   * goes on in another process. Bounded: one evaluation of the loss or so.
   */
  readonly advance?: (driver: Driver) => void;
}

export interface Driver {
  /** Runs one of `programs`. */
  run(program: string): void;
  /** Runs `updates`: the step is over. */
  endStep(): void;
  /** The memory of a slot, to read and to write. */
  values(slot: Node): Float32Array;
}

export type Optimizer = (step: Step) => Updates | Method;

/** Updates alone are a method. */
export function asMethod(made: Updates | Method): Method {
  return 'updates' in made ? made : { updates: made };
}

/** Options of every optimizer, complete. */
export interface CommonOptions {
  /** The gradient is scaled down to this norm over all parameters where it is longer. Default: never. */
  readonly clipNorm: number;
}

/** A step with what every optimizer needs done first: the gradient is clipped, the learning rate evaluated. */
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
  rule: (options: Options) => (step: RatedStep) => readonly Update[],
): (options?: Partial<Options & CommonOptions>) => Optimizer {
  return (given = {}) => {
    const options = settle(name, given, { ...defaults, clipNorm: Number.POSITIVE_INFINITY });
    checkRanges(name, options);
    checkPositive(name, 'clipNorm', options.clipNorm);
    const updates = rule(options);
    return (step) =>
      updates({
        ...step,
        gradient: clipped(step.gradient, options.clipNorm),
        learningRate: rateAt(options.learningRate, step.step),
      });
  };
}

/** The norm is offset by 1e-6, as in PyTorch's `clip_grad_norm_`. */
function clipped(gradient: Node, clipNorm: number): Node {
  if (!Number.isFinite(clipNorm)) return gradient;
  const norm = sqrt(sum(square(gradient)));
  return multiply(gradient, minimum(divide(clipNorm, add(norm, 1e-6)), 1));
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
