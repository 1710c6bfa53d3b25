// Sums over rows, columns or everything, and repetition along an axis.

import { Instruction } from './instruction';
import { loadSome, storeSome } from './lanes';

@unmanaged
class Sum extends Instruction {
  y: usize;
  x: usize;
  r: i32;
  c: i32;
}

/** y[c] = Σ over rows of x[r, c], in the order of the rows. */
export function sumRows(i: Sum): void {
  const y = i.y, c = i.c;
  let x = i.x;
  const bytes = <usize>c << 2, end = <usize>(c & ~3) << 2;
  const rest = c & 3;
  memory.copy(y, x, bytes);
  for (let row = 1, r = i.r; row < r; row++) {
    x += bytes;
    let at: usize = 0;
    for (; at < end; at += 16) v128.store(y + at, f32x4.add(v128.load(y + at), v128.load(x + at)));
    if (rest) storeSome(y + at, f32x4.add(loadSome(y + at, rest), loadSome(x + at, rest)), rest);
  }
}

/** Adds the four floats of x to two pairs of doubles, one in each lane of the result. */
// @ts-ignore: only AssemblyScript has decorators of functions
@inline
function widen(total: v128, x: v128): v128 {
  const low = f64x2.promote_low_f32x4(x);
  const high = f64x2.promote_low_f32x4(i8x16.shuffle(x, x, 8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15));
  return f64x2.add(total, f64x2.add(low, high));
}

/** Σ x[n] in double precision: lanes 0 + 2 and 1 + 3 of each four first. */
export function total(x: usize, n: i32): f64 {
  let sum = f64x2.splat(0);
  let at: usize = 0;
  const end = <usize>(n & ~3) << 2;
  for (; at < end; at += 16) sum = widen(sum, v128.load(x + at));
  const rest = n & 3;
  if (rest) sum = widen(sum, loadSome(x + at, rest));
  return f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1);
}

/** y[r] = Σ over columns of x[r, c], in double precision. */
export function sumColumns(i: Sum): void {
  const y = i.y, c = i.c;
  let x = i.x;
  for (let row: usize = 0, r = <usize>i.r; row < r; row++) {
    store<f32>(y + (row << 2), <f32>total(x, c));
    x += <usize>c << 2;
  }
}

@unmanaged
class Expand extends Instruction {
  y: usize;
  x: usize;
  r: i32;
  c: i32;
  row: i32;
  column: i32;
}

/** y[r, c] = x, whose row or column stride is 0 where it is repeated. */
export function expand(i: Expand): void {
  const c = <usize>i.c, r = i.r, row = <usize>i.row << 2, column = i.column;
  let y = i.y, x = i.x;
  for (let k = 0; k < r; k++) {
    if (column) {
      memory.copy(y, x, c << 2);
    } else {
      const every = load<f32>(x);
      for (let j: usize = 0; j < c; j++) store<f32>(y + (j << 2), every);
    }
    y += c << 2;
    x += row;
  }
}

/** y[n] += x[n]. */
export function addTo(y: usize, x: usize, n: i32): void {
  let at: usize = 0;
  for (const end = <usize>(n & ~3) << 2; at < end; at += 16) v128.store(y + at, f32x4.add(v128.load(y + at), v128.load(x + at)));
  for (const end = <usize>n << 2; at < end; at += 4) store<f32>(y + at, load<f32>(y + at) + load<f32>(x + at));
}
