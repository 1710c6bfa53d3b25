// What an optimizer is. Parameters are one flat vector p[n], and so is nearly everything that an optimizer remembers of them.

import type { Node, Operand, Shape } from '../graph/node.ts';
import type { Update } from '../graph/program.ts';

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
