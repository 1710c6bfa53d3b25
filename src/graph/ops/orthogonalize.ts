// Orthonormal vectors from arbitrary ones, for initial weights.

import { columns, type Node, node, rows } from '../node.ts';

/**
 * x[r, c] made orthonormal: its rows where r ≤ c, else its columns (modified Gram–Schmidt in double precision, twice).
 * Of standard normal x the result is uniformly distributed (Haar). No gradient.
 */
export function orthogonalize(x: Node): Node {
  const [r, c] = [rows(x.shape), columns(x.shape)];
  const [count, length, next, along] = r <= c ? [r, c, c, 1] : [c, r, 1, c];
  return node({
    op: 'orthogonalize',
    inputs: [x],
    shape: x.shape,
    emit: (at, y) => [['orthogonalize', y, at(x), count, length, next, along]],
  });
}
