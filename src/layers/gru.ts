// The gated recurrent unit.
//
//   r, z = σ(x weight + h recurrent + bias), one set of parameters for each
//   n = tanh(x weight + bias + r (h recurrent + recurrentBias))
//   h ← (1 − z) n + z h
//
// Cho et al., EMNLP 2014, arXiv:1406.1078; in the form of PyTorch, where r multiplies the product and not h.

import type { Node } from '../graph/node.ts';
import { add, multiply, sigmoid, subtract, tanh } from '../graph/ops/index.ts';
import { initializer } from '../initializers/configure.ts';
import { type Recurrent, type RecurrentOptions, recurrent, recurrentDefaults, settleRecurrent } from './recurrent.ts';
import type { Scope } from './scope.ts';

/** x[n, T, d] → [n, T, units]. As `torch.nn.GRU`, with one bias in place of its two but for the candidate, which has both. */
export function gru(scope: Scope, name: string, x: Node, options: RecurrentOptions): Recurrent {
  const settled = settleRecurrent('gru', [scope, name, x], options, recurrentDefaults);
  const { units, bias } = settled;
  const recurrentBias = scope.parameter(`${name}.candidate.recurrentBias`, [units], initializer(bias));
  return recurrent(scope, name, x, settled, {
    gates: ['reset', 'update', 'candidate'],
    parts: ['h'],
    step: (x, from, { h }) => {
      const r = sigmoid(add(x.reset, from.reset(h)));
      const z = sigmoid(add(x.update, from.update(h)));
      const n = tanh(add(x.candidate, multiply(r, add(from.candidate(h), recurrentBias))));
      return { h: add(n, multiply(z, subtract(h, n))) };
    },
  });
}
