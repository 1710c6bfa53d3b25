// What an optimizer is, and what all of them share. Parameters are one flat vector p[n], and so is
// everything that an optimizer remembers of them.

import { checkPositive } from '../catalogue.ts';
import type { Node, Shape } from '../graph/node.ts';
import { add, divide, minimum, multiply, sqrt, square, sum } from '../graph/ops/index.ts';
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
  /** Default: that of the parameters. */
  readonly shape?: Shape;
  /** The first value; default: zeros. */
  readonly initial?: Node;
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

/** Options of every optimizer. */
export interface CommonOptions {
  /** A number or a schedule. */
  readonly learningRate?: Rate;
  /** The gradient is scaled down to this norm over all parameters where it is longer. Default: never. */
  readonly clipNorm?: number;
}

/**
 * Clips the gradient and evaluates the learning rate, as every optimizer does first.
 * The norm is offset by 1e-6, as in PyTorch's `clip_grad_norm_`.
 */
export function prepare(
  { gradient, step }: Step,
  { learningRate, clipNorm }: { learningRate: Rate; clipNorm: number },
) {
  checkPositive('optimizer', 'clipNorm', clipNorm);
  const rate = rateAt(learningRate, step);
  if (!Number.isFinite(clipNorm)) return { gradient, rate };
  const norm = sqrt(sum(square(gradient)));
  return { gradient: multiply(gradient, minimum(divide(clipNorm, add(norm, 1e-6)), 1)), rate };
}

const atLeast0 = { text: 'at least 0', holds: (x: number) => x >= 0 };
const below1 = { text: 'at least 0 and below 1', holds: (x: number) => x >= 0 && x < 1 };

/** What numbers options may have, whatever the optimizer. */
const ranges: Readonly<Record<string, typeof atLeast0>> = {
  learningRate: atLeast0,
  weightDecay: atLeast0,
  epsilon: atLeast0,
  momentum: below1,
  decay: below1,
  beta1: below1,
  beta2: below1,
};

/** @throws when an option is a number with which nothing could be learnt */
export function checkRanges(optimizer: string, options: object): void {
  for (const [name, value] of Object.entries(options)) {
    const range = ranges[name];
    if (range && typeof value === 'number' && !range.holds(value)) {
      throw new Error(`${optimizer}: ${name} must be ${range.text}, got ${value}`);
    }
  }
}

/** g + weightDecay p: the gradient of the loss with weightDecay/2 Σ p² added. */
export function withDecay(gradient: Node, parameters: Node, weightDecay: number): Node {
  return weightDecay === 0 ? gradient : add(gradient, multiply(parameters, weightDecay));
}
