// Rows of a table, looked up by whole numbers.

import { columns, type Node, node, rows, size } from '../node.ts';

/**
 * Rows index[…] of table[v, c], giving […, c] without a last axis of 1 of the index. The index holds whole numbers from 0 to
 * v − 1 in float32, as the data of a batch do; it has no gradient. What is looked up elsewhere is NaN.
 */
export function embedding(table: Node, index: Node): Node {
  const [v, c, m] = [rows(table.shape), columns(table.shape), size(index.shape)];
  return node({
    op: 'embedding',
    inputs: [table, index],
    indices: { input: 1, below: v },
    shape: [...(columns(index.shape) === 1 ? index.shape.slice(0, -1) : index.shape), c],
    vjp: (g) => [embeddingGradient(g, index, v), undefined],
    emit: (at, y) => [['embedding', y, at(table), at(index), v, m, c]],
  });
}

/** For each of v rows, the sum of those of g[…, c] that were looked up there: [v, c]. */
export function embeddingGradient(g: Node, index: Node, v: number): Node {
  const [c, m] = [columns(g.shape), size(index.shape)];
  return node({
    op: 'embeddingGradient',
    inputs: [g, index],
    attributes: [v],
    shape: [v, c],
    vjp: (outer) => [embedding(outer, index), undefined],
    emit: (at, y) => [['embeddingGradient', y, at(g), at(index), v, m, c]],
  });
}
