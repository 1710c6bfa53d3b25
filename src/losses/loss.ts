// What a loss is. All losses are the mean over samples of the sum over outputs.

import type { Tensor } from '../data/tensor.ts';
import type { Node } from '../graph/node.ts';

export interface Loss {
  /**
   * The loss of each output, [.., k], for output[.., k] and target; of each sample, [.., 1], where it is no sum over
   * outputs.
   */
  readonly elements: (output: Node, target: Node) => Node;
  /** What the model predicts, given its output: probabilities where the output is logits. */
  readonly predict: (output: Node) => Node;
  /** Whether a target may be one class per sample instead of a column per output. */
  readonly acceptsClasses?: boolean;
  /** What is wrong with the values of targets for `outputs` outputs, if anything. */
  readonly complaint?: (target: Tensor, outputs: number) => string | undefined;
}
