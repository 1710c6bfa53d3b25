// The loop over floats, and what it may be filled with.

import { loadSome, storeSome } from './lanes';
import { exp4, log4 } from './math';

/** y[n] = F(x[n]); y may be x. */
export function mapFloats<F>(y: usize, x: usize, n: i32): void {
  let at: usize = 0;
  // Pairs of vectors are what V8 joins into vectors of 256 bits.
  const pairs = <usize>(n & ~7) << 2, end = <usize>(n & ~3) << 2;
  for (; at < pairs; at += 32) {
    const a = changetype<F>(0).of(v128.load(x + at)), b = changetype<F>(0).of(v128.load(x + at, 16));
    v128.store(y + at, a);
    v128.store(y + at, b, 16);
  }
  for (; at < end; at += 16) v128.store(y + at, changetype<F>(0).of(v128.load(x + at)));
  const rest = n & 3;
  if (rest) storeSome(y + at, changetype<F>(0).of(loadSome(x + at, rest)), rest);
}

@final @unmanaged export class Exponential { @inline of(x: v128): v128 { return exp4(x); } }
@final @unmanaged export class Logarithm { @inline of(x: v128): v128 { return log4(x); } }
