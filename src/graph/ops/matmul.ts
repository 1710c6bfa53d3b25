// The matrix product, in the three forms that backpropagation uses.

import { columns, type Node, node, rangeOf, rows, showShape } from '../node.ts';

/** Which operands are read transposed. */
export interface Transposed {
  readonly a?: boolean;
  readonly b?: boolean;
}

// Blocking of the kernel, in elements; the same numbers stand in assembly/matmul.ts.
const KC = 512;
const MC = 128;
const NC = 1024;
const [TILE_ROWS, TILE_COLUMNS] = [4, 16];

/** Multiplications that are worth a thread: some µs. */
const SHARE = 2 ** 17;

/** Columns of a share, at the least, that is one of columns. */
const WIDE = 2 * TILE_COLUMNS;

/** To begin at a line of the cache, and what the first block of k is added to. */
const HEAD_BYTES = 128;

/**
 * a[m, k] · b[k, n] → [m, n]; with `transposed.a` the first operand is given as [k, m], with `transposed.b` the second
 * as [n, k]. Each element is the sum over k in increasing order, whatever the sizes and the blocking.
 */
export function matmul(a: Node, b: Node, transposed: Transposed = {}): Node {
  const [ra, ca, rb, cb] = [rows(a.shape), columns(a.shape), rows(b.shape), columns(b.shape)];
  const [m, k] = transposed.a ? [ca, ra] : [ra, ca];
  const [kb, n] = transposed.b ? [cb, rb] : [rb, cb];
  if (k !== kb) {
    throw new Error(`matmul: inner sizes differ, ${showShape([m, k])} · ${showShape([kb, n])}`);
  }
  return node({
    op: 'matmul',
    inputs: [a, b],
    attributes: [transposed.a ? 'transposed' : 'plain', transposed.b ? 'transposed' : 'plain'],
    shape: [m, n],
    scratchBytes:
      HEAD_BYTES + 4 * Math.min(KC, k) * ((transposed.a ? Math.min(MC, m) : 0) + roundUp(Math.min(NC, n), 16)),
    shares: Math.min(Math.floor((m * n * k) / SHARE), Math.max(Math.floor(n / WIDE), Math.ceil(m / TILE_ROWS))),
    vjp: (g) => [
      transposed.a ? matmul(b, g, { a: transposed.b ?? false, b: true }) : matmul(g, b, { b: !transposed.b }),
      transposed.b ? matmul(g, a, { a: true, b: transposed.a ?? false }) : matmul(a, g, { a: !transposed.a }),
    ],
    emit: (at, y, scratch, share) => {
      const [am, ak] = transposed.a ? [1, ca] : [ca, 1];
      const [bk, bn] = transposed.b ? [1, cb] : [cb, 1];
      // By columns, if there are many: by rows, each share would pack all of b.
      const isWide = n >= WIDE * share.count;
      const [row, rowEnd] = isWide ? [0, m] : rangeOf(share, m, TILE_ROWS);
      const [column, columnEnd] = isWide ? rangeOf(share, n, TILE_COLUMNS) : [0, n];
      const [yAt, aAt, bAt] = [y + 4 * (row * n + column), at(a) + 4 * row * am, at(b) + 4 * column * bn];
      return [['matmul', yAt, aAt, bAt, scratch, rowEnd - row, columnEnd - column, k, n, am, ak, bk, bn]];
    },
  });
}

function roundUp(n: number, multiple: number): number {
  return Math.ceil(n / multiple) * multiple;
}
