// Matrix products of memory that is no node: parts of operations that are made of several products.

import { type Call, leaf, WHOLE } from '../node.ts';
import { matmul, type Transposed } from './matmul.ts';

export interface Product {
  readonly scratchBytes: number;
  /** The instructions, given the addresses of the result, of both operands and of the scratch memory. */
  readonly calls: (y: number, a: number, b: number, scratch: number) => readonly Call[];
}

/** a[m, k] · b[k, n], either of which may lie there transposed. */
export function productOf(m: number, k: number, n: number, transposed: Transposed = {}): Product {
  const a = leaf('input', 'a', transposed.a ? [k, m] : [m, k]);
  const b = leaf('input', 'b', transposed.b ? [n, k] : [k, n]);
  const { scratchBytes = 0, emit } = matmul(a, b, transposed);
  return {
    scratchBytes,
    calls: (y, atA, atB, scratch) => emit?.((node) => (node === a ? atA : atB), y, scratch, WHOLE) ?? [],
  };
}
