// Elementary functions of two operands, y[r, c] = f(a, b): one loop, then one line per function.
// Row and column strides of a and b are 0 where the operand is repeated. y may be an operand of shape [r, c].

import { Instruction } from './instruction';
import { loadSome, storeSome } from './lanes';
import { exp4, log1p4, pow4 } from './math';

@unmanaged
class Operands extends Instruction {
  y: usize;
  a: usize;
  b: usize;
  r: i32;
  c: i32;
  aRow: i32;
  aColumn: i32;
  bRow: i32;
  bColumn: i32;
}

function zip<F>(i: Operands): void {
  const r = i.r, c = i.c, aRow = i.aRow << 2, bRow = i.bRow << 2;
  const aColumn = i.aColumn, bColumn = i.bColumn;
  let y = i.y, a = i.a, b = i.b;
  const end = <usize>(c & ~3) << 2;
  const rest = c & 3;
  for (let row = 0; row < r; row++) {
    let at: usize = 0;
    if (aColumn & bColumn) {
      for (; at < end; at += 16) v128.store(y + at, changetype<F>(0).of(v128.load(a + at), v128.load(b + at)));
      if (rest) storeSome(y + at, changetype<F>(0).of(loadSome(a + at, rest), loadSome(b + at, rest)), rest);
    } else if (aColumn) {
      const every = v128.load32_splat(b);
      for (; at < end; at += 16) v128.store(y + at, changetype<F>(0).of(v128.load(a + at), every));
      if (rest) storeSome(y + at, changetype<F>(0).of(loadSome(a + at, rest), every), rest);
    } else if (bColumn) {
      const every = v128.load32_splat(a);
      for (; at < end; at += 16) v128.store(y + at, changetype<F>(0).of(every, v128.load(b + at)));
      if (rest) storeSome(y + at, changetype<F>(0).of(every, loadSome(b + at, rest)), rest);
    } else {
      const same = changetype<F>(0).of(v128.load32_splat(a), v128.load32_splat(b));
      for (; at < end; at += 16) v128.store(y + at, same);
      if (rest) storeSome(y + at, same, rest);
    }
    y += <usize>c << 2;
    a += aRow;
    b += bRow;
  }
}

@final @unmanaged class Power { @inline of(a: v128, b: v128): v128 { return pow4(a, b); } }
export function pow(i: Operands): void { zip<Power>(i); }

/** max(x, 0) − x t + log(1 + e^−|x|): the cross-entropy of the probability 1 / (1 + e^−x) and the target t. */
@final @unmanaged class BinaryCrossEntropy {
  @inline of(x: v128, t: v128): v128 {
    const linear = f32x4.sub(f32x4.pmax(x, f32x4.splat(0)), f32x4.mul(x, t));
    return f32x4.add(linear, log1p4(exp4(f32x4.neg(f32x4.abs(x)))));
  }
}
export function binaryCrossEntropy(i: Operands): void { zip<BinaryCrossEntropy>(i); }
