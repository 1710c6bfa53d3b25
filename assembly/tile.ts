// A product whose operands lie where tiles read them fast.
//
// There is one tile, of 2 rows × 16 columns, and for the last columns narrower ones of 1 to 4 vectors. GFLOP/s that other
// tiles reach within L1 (k = 256, Zen 5, 128-bit peak 66), and why it is this one:
//
//            Node 20   24   24 revectorized
//   2 × 16      66     63     126
//   4 ×  8      40     66     104    Node 20 loads all of b and a before it multiplies: registers are spilled
//   4 × 16      48     55     124    likewise; 16 accumulators do not fit into 16 registers of 128 bits
//   3 × 24      46     53     127
//
// 8 accumulators, 4 vectors of b, 1 of a and 1 product leave none of 16 registers to spill on any version. V8's
// revectorization joins operations on neighboring vectors into one of 256 bits. It needs them in pairs: loads and stores of
// a row one after the other at constant offsets, and no branch between where a pair begins and where it is stored.

import { loadUpTo4, storeUpTo4 } from './lanes';
import { ROW, WIDTH } from './pack';

/**
 * Adds a[m, k] · b[k, n] to y[m, n], or puts it there if `start` is not 0 but the address of 64 bytes of zeros. b is packed
 * in panels.
 */
export function multiplyPanels(
  y: usize, yRow: usize, a: usize, aRow: usize, aK: usize, b: usize, m: i32, n: i32, k: i32, start: usize,
): void {
  for (; n >= WIDTH; n -= WIDTH) {
    panel<v128>(y, yRow, a, aRow, aK, b, m, k, start, 4);
    y += ROW;
    b += <usize>k * ROW;
  }
  if (n > 12) panel<u64>(y, yRow, a, aRow, aK, b, m, k, start, n - 12);
  else if (n > 8) panel<u32>(y, yRow, a, aRow, aK, b, m, k, start, n - 8);
  else if (n > 4) panel<u16>(y, yRow, a, aRow, aK, b, m, k, start, n - 4);
  else if (n > 0) panel<u8>(y, yRow, a, aRow, aK, b, m, k, start, n);
}

function panel<V>(
  y: usize, yRow: usize, a: usize, aRow: usize, aK: usize, b: usize, m: i32, k: i32, start: usize, count: i32,
): void {
  for (let row = 0; row < m; row += 2) {
    // The second row of an odd last pair is the first again.
    const two = m - row > 1;
    tile<V>(y, two ? yRow : 0, a, two ? aRow : 0, aK, b, k, start, count);
    y += 2 * yRow;
    a += 2 * aRow;
  }
}

/**
 * The tile at y of two rows: a[2, k] · b[k, columns], added to what is there, or without that to the zeros at `start`.
 * Its width is that of V: 1, 2, 4 or 8 bytes for 1 to 4 vectors, of which the last has `count` columns; v128 for 16 columns.
 */
// @ts-ignore: decorator
@inline
function tile<V>(
  y: usize, yRow: usize, a: usize, aRow: usize, aK: usize, b: usize, k: i32, start: usize, count: i32,
): void {
  const z = y + yRow;
  const last = sizeof<V>() >= 8 ? 48 : sizeof<V>() == 4 ? 32 : sizeof<V>() == 2 ? 16 : 0;
  const from = start ? start : y, fromZ = start ? start : z;
  let y0 = v128.load(from), y1 = y0, y2 = y0, y3 = y0, z0 = v128.load(fromZ), z1 = z0, z2 = z0, z3 = z0;
  if (sizeof<V>() > 2) { y1 = v128.load(from, 16); z1 = v128.load(fromZ, 16); }
  if (sizeof<V>() > 4) { y2 = v128.load(from, 32); z2 = v128.load(fromZ, 32); }
  if (sizeof<V>() == 16) { y3 = v128.load(from, 48); z3 = v128.load(fromZ, 48); }
  else { y3 = loadUpTo4(from + last, count); z3 = loadUpTo4(fromZ + last, count); }
  for (const end = b + <usize>k * ROW; b < end; b += ROW) {
    let b0 = y0, b1 = y0, b2 = y0;
    if (sizeof<V>() > 1) b0 = v128.load(b);
    if (sizeof<V>() > 2) b1 = v128.load(b, 16);
    if (sizeof<V>() > 4) b2 = v128.load(b, 32);
    // What lies beyond the last column is multiplied along and dropped.
    const b3 = v128.load(b, last);
    let x = v128.load32_splat(a);
    if (sizeof<V>() > 1) y0 = f32x4.add(y0, f32x4.mul(x, b0));
    if (sizeof<V>() > 2) y1 = f32x4.add(y1, f32x4.mul(x, b1));
    if (sizeof<V>() > 4) y2 = f32x4.add(y2, f32x4.mul(x, b2));
    y3 = f32x4.add(y3, f32x4.mul(x, b3));
    x = v128.load32_splat(a + aRow);
    if (sizeof<V>() > 1) z0 = f32x4.add(z0, f32x4.mul(x, b0));
    if (sizeof<V>() > 2) z1 = f32x4.add(z1, f32x4.mul(x, b1));
    if (sizeof<V>() > 4) z2 = f32x4.add(z2, f32x4.mul(x, b2));
    z3 = f32x4.add(z3, f32x4.mul(x, b3));
    a += aK;
  }
  // The second row first: where it is the first again, the first is what stays.
  if (sizeof<V>() > 1) v128.store(z, z0);
  if (sizeof<V>() > 2) v128.store(z, z1, 16);
  if (sizeof<V>() > 4) v128.store(z, z2, 32);
  if (sizeof<V>() == 16) v128.store(z, z3, last); else storeUpTo4(z + last, z3, count);
  if (sizeof<V>() > 1) v128.store(y, y0);
  if (sizeof<V>() > 2) v128.store(y, y1, 16);
  if (sizeof<V>() > 4) v128.store(y, y2, 32);
  if (sizeof<V>() == 16) v128.store(y, y3, last); else storeUpTo4(y + last, y3, count);
}
