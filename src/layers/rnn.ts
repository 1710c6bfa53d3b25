// The simple recurrent layer: h ← tanh(x weight + h recurrent + bias).
// Elman, "Finding structure in time", Cognitive Science 14, 1990.

import type { Node } from '../graph/node.ts';
import { add, tanh } from '../graph/ops/index.ts';
import { type Recurrent, type RecurrentOptions, recurrent, recurrentDefaults, settleRecurrent } from './recurrent.ts';
import type { Scope } from './scope.ts';

export interface RnnOptions extends RecurrentOptions {
  /** Default tanh. */
  readonly activation?: (x: Node) => Node;
}

/** x[n, T, d] → [n, T, units]. As `torch.nn.RNN`, with one bias in place of its two. */
export function rnn(scope: Scope, name: string, x: Node, options: RnnOptions): Recurrent {
  const settled = settleRecurrent('rnn', [scope, name, x], options, { ...recurrentDefaults, activation: tanh });
  const { activation } = settled;
  return recurrent(scope, name, x, settled, {
    gates: ['state'],
    parts: ['h'],
    step: (x, from, { h }) => ({ h: activation(add(x.state, from.state(h))) }),
  });
}
