// A product whose operands lie where tiles read them fast.
//
// GFLOP/s that tiles of rows × columns reach within L1 (k = 256, Zen 5, peaks 66 and 132):
//
//            Node 20   24   24 revectorized
//   2 × 16      66     63     109 to 128
//   4 ×  8      40     66     104           Node 20 loads all of b and a before it multiplies: registers are spilled
//   4 × 16      48     55     124           likewise; 16 accumulators do not fit into 16 registers of 128 bits
//   3 × 24      46     53     127           would need the rows of a packed
//
// 2 × 16 is the tile for vectors of 128 bits: 8 accumulators, 4 vectors of b, 1 of a and 1 product leave none of 16 registers
// to spill on any version. V8's revectorization makes half as many of them, of 256 bits: 4 accumulators, which barely hide the
// latency of additions. So 4 × 16 is the tile for those, if b has columns for it. The last columns have tiles of 2 rows and 1
// to 4 vectors.
//
// What revectorization needs: pairs of neighboring vectors, which are loaded and stored one after the other, row by row, at
// constant offsets from one address; and no branch between where an accumulator begins and where it is stored.

import { loadUpTo4, storeUpTo4 } from './lanes';
import { ROW, WIDTH } from './pack';

/**
 * Adds a[m, k] · b[k, n] to y[m, n], or puts it there if `start` is not 0 but the address of 64 bytes of zeros. b is packed
 * in panels.
 */
export function multiplyPanels(
  y: usize, yRow: usize, a: usize, aRow: usize, aK: usize, b: usize, m: i32, n: i32, k: i32, start: usize,
  isRevectorized: bool,
): void {
  // Rows of tiles of four.
  const whole = isRevectorized ? m & ~3 : 0;
  for (; n >= WIDTH; n -= WIDTH) {
    if (whole) widePanel(y, yRow, a, aRow, aK, b, whole, k, start);
    if (m > whole) panel<v128>(y + <usize>whole * yRow, yRow, a + <usize>whole * aRow, aRow, aK, b, m - whole, k, start, 4);
    y += ROW;
    b += <usize>k * ROW;
  }
  if (n > 12) panel<u64>(y, yRow, a, aRow, aK, b, m, k, start, n - 12);
  else if (n > 8) panel<u32>(y, yRow, a, aRow, aK, b, m, k, start, n - 8);
  else if (n > 4) panel<u16>(y, yRow, a, aRow, aK, b, m, k, start, n - 4);
  else if (n > 0) panel<u8>(y, yRow, a, aRow, aK, b, m, k, start, n);
}

function widePanel(
  y: usize, yRow: usize, a: usize, aRow: usize, aK: usize, b: usize, m: i32, k: i32, start: usize,
): void {
  for (; m > 0; m -= 4) {
    wideTile(y, yRow, a, aRow, aK, b, k, start);
    y += 4 * yRow;
    a += 4 * aRow;
  }
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

/** As `tile`, of four rows and 16 columns. Two steps along k at a time are what V8 keeps in registers: one gives 107 GFLOP/s. */
// @ts-ignore: decorator
@inline
function wideTile(
  y: usize, yRow: usize, a: usize, aRow: usize, aK: usize, b: usize, k: i32, start: usize,
): void {
  const y1 = y + yRow, y2 = y1 + yRow, y3 = y2 + yRow;
  const from0 = start ? start : y, from1 = start ? start : y1, from2 = start ? start : y2, from3 = start ? start : y3;
  let c00 = v128.load(from0), c01 = v128.load(from0, 16), c02 = v128.load(from0, 32), c03 = v128.load(from0, 48);
  let c10 = v128.load(from1), c11 = v128.load(from1, 16), c12 = v128.load(from1, 32), c13 = v128.load(from1, 48);
  let c20 = v128.load(from2), c21 = v128.load(from2, 16), c22 = v128.load(from2, 32), c23 = v128.load(from2, 48);
  let c30 = v128.load(from3), c31 = v128.load(from3, 16), c32 = v128.load(from3, 32), c33 = v128.load(from3, 48);
  for (const end = b + <usize>(k & ~1) * ROW; b < end; b += 2 * ROW) {
    let b0 = v128.load(b, 0), b1 = v128.load(b, 16), b2 = v128.load(b, 32), b3 = v128.load(b, 48);
    let x = v128.load32_splat(a);
    c00 = f32x4.add(c00, f32x4.mul(x, b0)); c01 = f32x4.add(c01, f32x4.mul(x, b1));
    c02 = f32x4.add(c02, f32x4.mul(x, b2)); c03 = f32x4.add(c03, f32x4.mul(x, b3));
    x = v128.load32_splat(a + aRow);
    c10 = f32x4.add(c10, f32x4.mul(x, b0)); c11 = f32x4.add(c11, f32x4.mul(x, b1));
    c12 = f32x4.add(c12, f32x4.mul(x, b2)); c13 = f32x4.add(c13, f32x4.mul(x, b3));
    x = v128.load32_splat(a + 2 * aRow);
    c20 = f32x4.add(c20, f32x4.mul(x, b0)); c21 = f32x4.add(c21, f32x4.mul(x, b1));
    c22 = f32x4.add(c22, f32x4.mul(x, b2)); c23 = f32x4.add(c23, f32x4.mul(x, b3));
    x = v128.load32_splat(a + 3 * aRow);
    c30 = f32x4.add(c30, f32x4.mul(x, b0)); c31 = f32x4.add(c31, f32x4.mul(x, b1));
    c32 = f32x4.add(c32, f32x4.mul(x, b2)); c33 = f32x4.add(c33, f32x4.mul(x, b3));
    a += aK;
    b0 = v128.load(b, 64); b1 = v128.load(b, 80); b2 = v128.load(b, 96); b3 = v128.load(b, 112);
    x = v128.load32_splat(a);
    c00 = f32x4.add(c00, f32x4.mul(x, b0)); c01 = f32x4.add(c01, f32x4.mul(x, b1));
    c02 = f32x4.add(c02, f32x4.mul(x, b2)); c03 = f32x4.add(c03, f32x4.mul(x, b3));
    x = v128.load32_splat(a + aRow);
    c10 = f32x4.add(c10, f32x4.mul(x, b0)); c11 = f32x4.add(c11, f32x4.mul(x, b1));
    c12 = f32x4.add(c12, f32x4.mul(x, b2)); c13 = f32x4.add(c13, f32x4.mul(x, b3));
    x = v128.load32_splat(a + 2 * aRow);
    c20 = f32x4.add(c20, f32x4.mul(x, b0)); c21 = f32x4.add(c21, f32x4.mul(x, b1));
    c22 = f32x4.add(c22, f32x4.mul(x, b2)); c23 = f32x4.add(c23, f32x4.mul(x, b3));
    x = v128.load32_splat(a + 3 * aRow);
    c30 = f32x4.add(c30, f32x4.mul(x, b0)); c31 = f32x4.add(c31, f32x4.mul(x, b1));
    c32 = f32x4.add(c32, f32x4.mul(x, b2)); c33 = f32x4.add(c33, f32x4.mul(x, b3));
    a += aK;
  }
  if (k & 1) {
    let b0 = v128.load(b, 0), b1 = v128.load(b, 16), b2 = v128.load(b, 32), b3 = v128.load(b, 48);
    let x = v128.load32_splat(a);
    c00 = f32x4.add(c00, f32x4.mul(x, b0)); c01 = f32x4.add(c01, f32x4.mul(x, b1));
    c02 = f32x4.add(c02, f32x4.mul(x, b2)); c03 = f32x4.add(c03, f32x4.mul(x, b3));
    x = v128.load32_splat(a + aRow);
    c10 = f32x4.add(c10, f32x4.mul(x, b0)); c11 = f32x4.add(c11, f32x4.mul(x, b1));
    c12 = f32x4.add(c12, f32x4.mul(x, b2)); c13 = f32x4.add(c13, f32x4.mul(x, b3));
    x = v128.load32_splat(a + 2 * aRow);
    c20 = f32x4.add(c20, f32x4.mul(x, b0)); c21 = f32x4.add(c21, f32x4.mul(x, b1));
    c22 = f32x4.add(c22, f32x4.mul(x, b2)); c23 = f32x4.add(c23, f32x4.mul(x, b3));
    x = v128.load32_splat(a + 3 * aRow);
    c30 = f32x4.add(c30, f32x4.mul(x, b0)); c31 = f32x4.add(c31, f32x4.mul(x, b1));
    c32 = f32x4.add(c32, f32x4.mul(x, b2)); c33 = f32x4.add(c33, f32x4.mul(x, b3));
  }
  v128.store(y, c00); v128.store(y, c01, 16); v128.store(y, c02, 32); v128.store(y, c03, 48);
  v128.store(y1, c10); v128.store(y1, c11, 16); v128.store(y1, c12, 32); v128.store(y1, c13, 48);
  v128.store(y2, c20); v128.store(y2, c21, 16); v128.store(y2, c22, 32); v128.store(y2, c23, 48);
  v128.store(y3, c30); v128.store(y3, c31, 16); v128.store(y3, c32, 32); v128.store(y3, c33, 48);
}
