// What a loss is. All losses are the mean over samples of the sum over outputs.

import type { Tensor } from '../data/tensor.ts';
import { columns, type Node, rows } from '../graph/node.ts';
import { reshape, slice, swapMiddleAxes } from '../graph/ops/index.ts';

export interface Loss {
  /**
   * The loss of each output, [.., k], for output[.., k] and target; of each sample, [.., 1], where it is no sum over
   * outputs. Sums, weights and means are made of it elsewhere (`supervise`).
   */
  readonly elements: (output: Node, target: Node) => Node;
  /** What the model predicts, given its output: probabilities where the output is logits. */
  readonly predict: (output: Node) => Node;
  /** Columns of the target for `outputs` columns of the output. Default: as many. */
  readonly targetColumns?: (outputs: number) => number;
  /** Whether a target may be one class per sample instead of a column per output. */
  readonly acceptsClasses?: boolean;
  /** What is wrong with the values of targets for `outputs` outputs, if anything. */
  readonly complaint?: (target: Tensor, outputs: number) => string | undefined;
}

/** A complaint about the first value of a target that is not as said: `targets must lie in [0, 1], got 2`. */
export function complaintUnless(
  isRight: (value: number) => boolean,
  targetsMust: string,
): NonNullable<Loss['complaint']> {
  return ({ data }) => {
    const wrong = data.find((value) => !isRight(value));
    return wrong === undefined ? undefined : `targets must ${targetsMust}, got ${wrong}`;
  };
}

export const mustBeProbabilities = complaintUnless((value) => value >= 0 && value <= 1, 'lie in [0, 1]');

/** Of the outputs of losses that take two things side by side. */
export function half(loss: string, outputs: number): number {
  if (outputs % 2 !== 0) throw new Error(`${loss}: the output must have an even number of columns, got ${outputs}`);
  return outputs / 2;
}

/** The two things: x[.., 2k] → [.., k] and [.., k]. */
export function halves(loss: string, x: Node): readonly [Node, Node] {
  const [n, k] = [rows(x.shape), half(loss, columns(x.shape))];
  const apart = swapMiddleAxes(reshape(x, [1, n, 2, k]));
  const shape = [...x.shape.slice(0, -1), k];
  return [slice(apart, 0, shape), slice(apart, n * k, shape)];
}

export interface SmoothingOptions {
  /**
   * Part s of the target that is spread evenly over all classes: (1 − s) target + s / k. Szegedy et al., "Rethinking the
   * inception architecture", CVPR 2016, section 7. Default 0.
   */
  readonly labelSmoothing?: number;
}

export function checkSmoothing(loss: string, labelSmoothing: number): void {
  if (!(labelSmoothing >= 0 && labelSmoothing <= 1)) {
    throw new Error(`${loss}: labelSmoothing must lie in [0, 1], got ${labelSmoothing}`);
  }
}
