// What a model is to a trainer.

import type { Node } from '../graph/node.ts';
import type { Scope } from '../layers/scope.ts';
import type { Loss } from '../losses/loss.ts';

export interface Model {
  /** Columns of the input. */
  readonly inputs: number;
  /** Columns of the output. */
  readonly outputs: number;
  /** input[n, inputs] → output[n, outputs]. Called once per program; declares the same parameters every time. */
  readonly output: (scope: Scope, input: Node) => Node;
  readonly loss: Loss;
}
