// Long short-term memory: gates decide what a cell takes in, forgets and shows.
//
//   i, f, o = σ(x weight + h recurrent + bias), one set of parameters for each
//   g = tanh(x weight + h recurrent + bias)
//   c ← f c + i g
//   h ← o tanh(c)
//
// Hochreiter & Schmidhuber, Neural Computation 9, 1997; with the forget gate of Gers, Schmidhuber & Cummins, Neural
// Computation 12, 2000.

import type { Node } from '../graph/node.ts';
import { add, multiply, sigmoid, tanh } from '../graph/ops/index.ts';
import { type Recurrent, type RecurrentOptions, recurrent, recurrentDefaults, settleRecurrent } from './recurrent.ts';
import type { Scope } from './scope.ts';

/** x[n, T, d] → [n, T, units]. As `torch.nn.LSTM`, with one bias in place of its two. */
export function lstm(scope: Scope, name: string, x: Node, options: RecurrentOptions): Recurrent {
  const settled = settleRecurrent('lstm', [scope, name, x], options, recurrentDefaults);
  return recurrent(scope, name, x, settled, {
    gates: ['input', 'forget', 'candidate', 'output'],
    parts: ['h', 'c'],
    step: (x, from, { h, c }) => {
      const i = sigmoid(add(x.input, from.input(h)));
      const f = sigmoid(add(x.forget, from.forget(h)));
      const g = tanh(add(x.candidate, from.candidate(h)));
      const o = sigmoid(add(x.output, from.output(h)));
      const next = add(multiply(f, c), multiply(i, g));
      return { h: multiply(o, tanh(next)), c: next };
    },
  });
}
