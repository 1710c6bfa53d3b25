// Tells steps apart: adds to every step of a sequence a vector of its position.
//
//   sin(t / 10000^(j / d)) in even columns j, cos(t / 10000^((j − 1) / d)) in odd ones
//
// Vaswani et al., "Attention is all you need", NIPS 2017, arXiv:1706.03762, section 3.5.

import { data, type Node } from '../graph/node.ts';
import { add, exp, matmul, multiply, reshape, sin } from '../graph/ops/index.ts';
import { sequenceSizes } from './sequence.ts';

const LOG_10000 = 9.210340371976184;

/** x[n, T, d] plus the encodings of its steps. */
export function positions(x: Node): Node {
  const [n, steps, d] = sequenceSizes('positions', x);
  const column = (make: (j: number) => number): Float32Array => Float32Array.from({ length: d }, (_, j) => make(j));
  const time = data(
    'time',
    Float32Array.from({ length: steps }, (_, t) => t),
    [steps, 1],
  );
  const frequency = exp(
    multiply(
      data(
        'column',
        column((j) => (j - (j % 2)) / d),
        [1, d],
      ),
      -LOG_10000,
    ),
  );
  // A cosine is a sine a quarter of a turn later.
  const quarter = data(
    'quarter',
    column((j) => (j % 2) * (Math.PI / 2)),
  );
  const encoding = sin(add(matmul(time, frequency), quarter));
  return reshape(add(reshape(x, [n, steps * d]), reshape(encoding, [1, steps * d])), x.shape);
}
