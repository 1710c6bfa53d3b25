// Elementwise functions of one operand, y[n] = f(x[n]): one loop, then one line per function.
// y may be x.

import { Instruction } from './instruction';
import { loadSome, storeSome } from './lanes';

@unmanaged
class Operands extends Instruction {
  y: usize;
  x: usize;
  n: i32;
}

function map<F>(i: Operands): void {
  const y = i.y, x = i.x, n = i.n;
  let at: usize = 0;
  const end = <usize>(n & ~3) << 2;
  for (; at < end; at += 16) v128.store(y + at, changetype<F>(0).of(v128.load(x + at)));
  const rest = n & 3;
  if (rest) storeSome(y + at, changetype<F>(0).of(loadSome(x + at, rest)), rest);
}

@final @unmanaged class Negate { @inline of(x: v128): v128 { return f32x4.neg(x); } }
export function negate(i: Operands): void { map<Negate>(i); }

@final @unmanaged class SquareRoot { @inline of(x: v128): v128 { return f32x4.sqrt(x); } }
export function sqrt(i: Operands): void { map<SquareRoot>(i); }
