// A program: what one run computes and what it changes.

import type { Node } from './node.ts';

/** Memory of the state zone and its next value, of the same size. */
export type Update = readonly [target: Node, value: Node];

export interface Program {
  /** All values are computed from the old state, then all targets are assigned. */
  readonly updates: readonly Update[];
  /** Nodes that can be read after a run. */
  readonly outputs: readonly Node[];
}
