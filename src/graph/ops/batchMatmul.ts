// Many matrix products of one size.

import { type Node, node, sameShape, showShape, size } from '../node.ts';
import type { Transposed } from './matmul.ts';
import { productOf } from './product.ts';

/**
 * One product per batch: a[.., m, k] · b[.., k, n] → [.., m, n], as `matmul` of each; all axes but the last two must be the
 * same.
 */
export function batchMatmul(a: Node, b: Node, transposed: Transposed = {}): Node {
  const [ra = 1, ca = 1, rb = 1, cb = 1] = [...a.shape.slice(-2), ...b.shape.slice(-2)];
  const [m, k] = transposed.a ? [ca, ra] : [ra, ca];
  const [kb, n] = transposed.b ? [cb, rb] : [rb, cb];
  const batch = a.shape.slice(0, -2);
  if (k !== kb || !sameShape(batch, b.shape.slice(0, -2)) || a.shape.length < 2) {
    throw new Error(`batchMatmul: shapes do not fit, ${showShape(a.shape)} · ${showShape(b.shape)}`);
  }
  const product = productOf(m, k, n, transposed);
  return node({
    op: 'batchMatmul',
    inputs: [a, b],
    attributes: [transposed.a ? 'transposed' : 'plain', transposed.b ? 'transposed' : 'plain'],
    shape: [...batch, m, n],
    scratchBytes: product.scratchBytes,
    vjp: (g) => [
      transposed.a ? batchMatmul(b, g, { a: transposed.b ?? false, b: true }) : batchMatmul(g, b, { b: !transposed.b }),
      transposed.b ? batchMatmul(g, a, { a: true, b: transposed.a ?? false }) : batchMatmul(a, g, { a: !transposed.a }),
    ],
    emit: (at, y, scratch) =>
      Array.from({ length: size(batch) }, (_, i) =>
        product.calls(y + 4 * i * m * n, at(a) + 4 * i * m * k, at(b) + 4 * i * k * n, scratch),
      ).flat(),
  });
}
