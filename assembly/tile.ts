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
// latency of additions. So 4 × 16 is the tile for those. The last columns have tiles of 2 rows and 1 to 4 vectors.
//
// What revectorization needs: pairs of neighboring vectors, which are loaded and stored one after the other, row by row, at
// constant offsets from one address; and accumulators that begin and are stored unconditionally. Ways out in the midst of the
// loop cost it a seventh.
//
// Four steps along k stand one after the other, so that they share the counting: 26 instructions a step instead of 31 of
// 2 × 16 (Node 20) and 30 of 4 × 16 (24). It takes constant offsets, so there are two kinds of these tiles: K is u32
// where elements of a row of a are neighbors, and u8 where they are aK apart.
//
// The order of operations is as it stands here (ARCHITECTURE.md, "The order of operations"): loads and steps that are moved
// apart need more than 16 registers.

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
  for (; n >= WIDTH; n -= WIDTH) {
    if (aK == 4) panel<u32>(y, yRow, a, aRow, aK, b, m, k, start, isRevectorized);
    else panel<u8>(y, yRow, a, aRow, aK, b, m, k, start, isRevectorized);
    y += ROW;
    b += <usize>k * ROW;
  }
  if (n > 12) lastPanel<u64>(y, yRow, a, aRow, aK, b, m, k, start, n - 12);
  else if (n > 8) lastPanel<u32>(y, yRow, a, aRow, aK, b, m, k, start, n - 8);
  else if (n > 4) lastPanel<u16>(y, yRow, a, aRow, aK, b, m, k, start, n - 4);
  else if (n > 0) lastPanel<u8>(y, yRow, a, aRow, aK, b, m, k, start, n);
}

function panel<K>(
  y: usize, yRow: usize, a: usize, aRow: usize, aK: usize, b: usize, m: i32, k: i32, start: usize, isRevectorized: bool,
): void {
  if (isRevectorized) {
    for (; m >= 4; m -= 4) {
      tileOf4<K>(y, yRow, a, aRow, aK, b, k, start);
      y += 4 * yRow;
      a += 4 * aRow;
    }
  }
  for (; m > 0; m -= 2) {
    // The second row of an odd last pair is the first again.
    tileOf2<K>(y, m > 1 ? yRow : 0, a, m > 1 ? aRow : 0, aK, b, k, start);
    y += 2 * yRow;
    a += 2 * aRow;
  }
}

function lastPanel<V>(
  y: usize, yRow: usize, a: usize, aRow: usize, aK: usize, b: usize, m: i32, k: i32, start: usize, count: i32,
): void {
  for (; m > 0; m -= 2) {
    lastTile<V>(y, m > 1 ? yRow : 0, a, m > 1 ? aRow : 0, aK, b, k, start, count);
    y += 2 * yRow;
    a += 2 * aRow;
  }
}

/** The elements of a for the steps after the first. */
// @ts-ignore: only AssemblyScript has decorators of functions
@inline
function second<K>(a: usize, aK: usize): v128 {
  return sizeof<K>() == 4 ? v128.load32_splat(a, 4) : v128.load32_splat(a + aK);
}

// @ts-ignore: only AssemblyScript has decorators of functions
@inline
function third<K>(a: usize, aK: usize): v128 {
  return sizeof<K>() == 4 ? v128.load32_splat(a, 8) : v128.load32_splat(a + 2 * aK);
}

// @ts-ignore: only AssemblyScript has decorators of functions
@inline
function fourth<K>(a: usize, aK: usize): v128 {
  return sizeof<K>() == 4 ? v128.load32_splat(a, 12) : v128.load32_splat(a + 3 * aK);
}

/**
 * The tile at y of two rows and 16 columns: a[2, k] · b[k, 16], added to what is there, or without that to the zeros at
 * `start`.
 *
 * Between steps there are ways out, which are needed for a k that is no multiple of 4, and which keep Node 20 from loading
 * all of a and b before it multiplies.
 */
// @ts-ignore: only AssemblyScript has decorators of functions
@inline
function tileOf2<K>(
  y: usize, yRow: usize, a: usize, aRow: usize, aK: usize, b: usize, k: i32, start: usize,
): void {
  const z = y + yRow;
  const from = start ? start : y, fromZ = start ? start : z;
  let y0 = v128.load(from), y1 = v128.load(from, 16), y2 = v128.load(from, 32), y3 = v128.load(from, 48);
  let z0 = v128.load(fromZ), z1 = v128.load(fromZ, 16), z2 = v128.load(fromZ, 32), z3 = v128.load(fromZ, 48);
  const step: usize = sizeof<K>() == 4 ? 4 : aK;
  for (let c = a + aRow; k > 0; a += 4 * step, c += 4 * step, b += 4 * ROW, k -= 4) {
    let b0 = v128.load(b), b1 = v128.load(b, 16), b2 = v128.load(b, 32), b3 = v128.load(b, 48);
    let x = v128.load32_splat(a);
    y0 = f32x4.add(y0, f32x4.mul(x, b0)); y1 = f32x4.add(y1, f32x4.mul(x, b1));
    y2 = f32x4.add(y2, f32x4.mul(x, b2)); y3 = f32x4.add(y3, f32x4.mul(x, b3));
    x = v128.load32_splat(c);
    z0 = f32x4.add(z0, f32x4.mul(x, b0)); z1 = f32x4.add(z1, f32x4.mul(x, b1));
    z2 = f32x4.add(z2, f32x4.mul(x, b2)); z3 = f32x4.add(z3, f32x4.mul(x, b3));
    if (k == 1) break;
    b0 = v128.load(b, 64); b1 = v128.load(b, 80); b2 = v128.load(b, 96); b3 = v128.load(b, 112);
    x = second<K>(a, aK);
    y0 = f32x4.add(y0, f32x4.mul(x, b0)); y1 = f32x4.add(y1, f32x4.mul(x, b1));
    y2 = f32x4.add(y2, f32x4.mul(x, b2)); y3 = f32x4.add(y3, f32x4.mul(x, b3));
    x = second<K>(c, aK);
    z0 = f32x4.add(z0, f32x4.mul(x, b0)); z1 = f32x4.add(z1, f32x4.mul(x, b1));
    z2 = f32x4.add(z2, f32x4.mul(x, b2)); z3 = f32x4.add(z3, f32x4.mul(x, b3));
    if (k == 2) break;
    b0 = v128.load(b, 128); b1 = v128.load(b, 144); b2 = v128.load(b, 160); b3 = v128.load(b, 176);
    x = third<K>(a, aK);
    y0 = f32x4.add(y0, f32x4.mul(x, b0)); y1 = f32x4.add(y1, f32x4.mul(x, b1));
    y2 = f32x4.add(y2, f32x4.mul(x, b2)); y3 = f32x4.add(y3, f32x4.mul(x, b3));
    x = third<K>(c, aK);
    z0 = f32x4.add(z0, f32x4.mul(x, b0)); z1 = f32x4.add(z1, f32x4.mul(x, b1));
    z2 = f32x4.add(z2, f32x4.mul(x, b2)); z3 = f32x4.add(z3, f32x4.mul(x, b3));
    if (k == 3) break;
    b0 = v128.load(b, 192); b1 = v128.load(b, 208); b2 = v128.load(b, 224); b3 = v128.load(b, 240);
    x = fourth<K>(a, aK);
    y0 = f32x4.add(y0, f32x4.mul(x, b0)); y1 = f32x4.add(y1, f32x4.mul(x, b1));
    y2 = f32x4.add(y2, f32x4.mul(x, b2)); y3 = f32x4.add(y3, f32x4.mul(x, b3));
    x = fourth<K>(c, aK);
    z0 = f32x4.add(z0, f32x4.mul(x, b0)); z1 = f32x4.add(z1, f32x4.mul(x, b1));
    z2 = f32x4.add(z2, f32x4.mul(x, b2)); z3 = f32x4.add(z3, f32x4.mul(x, b3));
  }
  // The second row first: where it is the first again, the first is what stays.
  v128.store(z, z0); v128.store(z, z1, 16); v128.store(z, z2, 32); v128.store(z, z3, 48);
  v128.store(y, y0); v128.store(y, y1, 16); v128.store(y, y2, 32); v128.store(y, y3, 48);
}

/** As `tileOf2`, of four rows and without ways out: what is left of k has a loop of its own. */
// @ts-ignore: only AssemblyScript has decorators of functions
@inline
function tileOf4<K>(
  y: usize, yRow: usize, a: usize, aRow: usize, aK: usize, b: usize, k: i32, start: usize,
): void {
  const y1 = y + yRow, y2 = y1 + yRow, y3 = y2 + yRow;
  const from0 = start ? start : y, from1 = start ? start : y1, from2 = start ? start : y2, from3 = start ? start : y3;
  let c00 = v128.load(from0), c01 = v128.load(from0, 16), c02 = v128.load(from0, 32), c03 = v128.load(from0, 48);
  let c10 = v128.load(from1), c11 = v128.load(from1, 16), c12 = v128.load(from1, 32), c13 = v128.load(from1, 48);
  let c20 = v128.load(from2), c21 = v128.load(from2, 16), c22 = v128.load(from2, 32), c23 = v128.load(from2, 48);
  let c30 = v128.load(from3), c31 = v128.load(from3, 16), c32 = v128.load(from3, 32), c33 = v128.load(from3, 48);
  const end = b + <usize>k * ROW;
  for (const whole = b + <usize>(k & ~3) * ROW; b < whole; b += 4 * ROW) {
    const a1 = a + aRow, a2 = a1 + aRow, a3 = a2 + aRow;
    let b0 = v128.load(b), b1 = v128.load(b, 16), b2 = v128.load(b, 32), b3 = v128.load(b, 48);
    let x = v128.load32_splat(a);
    c00 = f32x4.add(c00, f32x4.mul(x, b0)); c01 = f32x4.add(c01, f32x4.mul(x, b1));
    c02 = f32x4.add(c02, f32x4.mul(x, b2)); c03 = f32x4.add(c03, f32x4.mul(x, b3));
    x = v128.load32_splat(a1);
    c10 = f32x4.add(c10, f32x4.mul(x, b0)); c11 = f32x4.add(c11, f32x4.mul(x, b1));
    c12 = f32x4.add(c12, f32x4.mul(x, b2)); c13 = f32x4.add(c13, f32x4.mul(x, b3));
    x = v128.load32_splat(a2);
    c20 = f32x4.add(c20, f32x4.mul(x, b0)); c21 = f32x4.add(c21, f32x4.mul(x, b1));
    c22 = f32x4.add(c22, f32x4.mul(x, b2)); c23 = f32x4.add(c23, f32x4.mul(x, b3));
    x = v128.load32_splat(a3);
    c30 = f32x4.add(c30, f32x4.mul(x, b0)); c31 = f32x4.add(c31, f32x4.mul(x, b1));
    c32 = f32x4.add(c32, f32x4.mul(x, b2)); c33 = f32x4.add(c33, f32x4.mul(x, b3));
    b0 = v128.load(b, 64); b1 = v128.load(b, 80); b2 = v128.load(b, 96); b3 = v128.load(b, 112);
    x = second<K>(a, aK);
    c00 = f32x4.add(c00, f32x4.mul(x, b0)); c01 = f32x4.add(c01, f32x4.mul(x, b1));
    c02 = f32x4.add(c02, f32x4.mul(x, b2)); c03 = f32x4.add(c03, f32x4.mul(x, b3));
    x = second<K>(a1, aK);
    c10 = f32x4.add(c10, f32x4.mul(x, b0)); c11 = f32x4.add(c11, f32x4.mul(x, b1));
    c12 = f32x4.add(c12, f32x4.mul(x, b2)); c13 = f32x4.add(c13, f32x4.mul(x, b3));
    x = second<K>(a2, aK);
    c20 = f32x4.add(c20, f32x4.mul(x, b0)); c21 = f32x4.add(c21, f32x4.mul(x, b1));
    c22 = f32x4.add(c22, f32x4.mul(x, b2)); c23 = f32x4.add(c23, f32x4.mul(x, b3));
    x = second<K>(a3, aK);
    c30 = f32x4.add(c30, f32x4.mul(x, b0)); c31 = f32x4.add(c31, f32x4.mul(x, b1));
    c32 = f32x4.add(c32, f32x4.mul(x, b2)); c33 = f32x4.add(c33, f32x4.mul(x, b3));
    b0 = v128.load(b, 128); b1 = v128.load(b, 144); b2 = v128.load(b, 160); b3 = v128.load(b, 176);
    x = third<K>(a, aK);
    c00 = f32x4.add(c00, f32x4.mul(x, b0)); c01 = f32x4.add(c01, f32x4.mul(x, b1));
    c02 = f32x4.add(c02, f32x4.mul(x, b2)); c03 = f32x4.add(c03, f32x4.mul(x, b3));
    x = third<K>(a1, aK);
    c10 = f32x4.add(c10, f32x4.mul(x, b0)); c11 = f32x4.add(c11, f32x4.mul(x, b1));
    c12 = f32x4.add(c12, f32x4.mul(x, b2)); c13 = f32x4.add(c13, f32x4.mul(x, b3));
    x = third<K>(a2, aK);
    c20 = f32x4.add(c20, f32x4.mul(x, b0)); c21 = f32x4.add(c21, f32x4.mul(x, b1));
    c22 = f32x4.add(c22, f32x4.mul(x, b2)); c23 = f32x4.add(c23, f32x4.mul(x, b3));
    x = third<K>(a3, aK);
    c30 = f32x4.add(c30, f32x4.mul(x, b0)); c31 = f32x4.add(c31, f32x4.mul(x, b1));
    c32 = f32x4.add(c32, f32x4.mul(x, b2)); c33 = f32x4.add(c33, f32x4.mul(x, b3));
    b0 = v128.load(b, 192); b1 = v128.load(b, 208); b2 = v128.load(b, 224); b3 = v128.load(b, 240);
    x = fourth<K>(a, aK);
    c00 = f32x4.add(c00, f32x4.mul(x, b0)); c01 = f32x4.add(c01, f32x4.mul(x, b1));
    c02 = f32x4.add(c02, f32x4.mul(x, b2)); c03 = f32x4.add(c03, f32x4.mul(x, b3));
    x = fourth<K>(a1, aK);
    c10 = f32x4.add(c10, f32x4.mul(x, b0)); c11 = f32x4.add(c11, f32x4.mul(x, b1));
    c12 = f32x4.add(c12, f32x4.mul(x, b2)); c13 = f32x4.add(c13, f32x4.mul(x, b3));
    x = fourth<K>(a2, aK);
    c20 = f32x4.add(c20, f32x4.mul(x, b0)); c21 = f32x4.add(c21, f32x4.mul(x, b1));
    c22 = f32x4.add(c22, f32x4.mul(x, b2)); c23 = f32x4.add(c23, f32x4.mul(x, b3));
    x = fourth<K>(a3, aK);
    c30 = f32x4.add(c30, f32x4.mul(x, b0)); c31 = f32x4.add(c31, f32x4.mul(x, b1));
    c32 = f32x4.add(c32, f32x4.mul(x, b2)); c33 = f32x4.add(c33, f32x4.mul(x, b3));
    a += sizeof<K>() == 4 ? 16 : 4 * aK;
  }
  for (; b < end; b += ROW) {
    const a1 = a + aRow, a2 = a1 + aRow, a3 = a2 + aRow;
    let b0 = v128.load(b), b1 = v128.load(b, 16), b2 = v128.load(b, 32), b3 = v128.load(b, 48);
    let x = v128.load32_splat(a);
    c00 = f32x4.add(c00, f32x4.mul(x, b0)); c01 = f32x4.add(c01, f32x4.mul(x, b1));
    c02 = f32x4.add(c02, f32x4.mul(x, b2)); c03 = f32x4.add(c03, f32x4.mul(x, b3));
    x = v128.load32_splat(a1);
    c10 = f32x4.add(c10, f32x4.mul(x, b0)); c11 = f32x4.add(c11, f32x4.mul(x, b1));
    c12 = f32x4.add(c12, f32x4.mul(x, b2)); c13 = f32x4.add(c13, f32x4.mul(x, b3));
    x = v128.load32_splat(a2);
    c20 = f32x4.add(c20, f32x4.mul(x, b0)); c21 = f32x4.add(c21, f32x4.mul(x, b1));
    c22 = f32x4.add(c22, f32x4.mul(x, b2)); c23 = f32x4.add(c23, f32x4.mul(x, b3));
    x = v128.load32_splat(a3);
    c30 = f32x4.add(c30, f32x4.mul(x, b0)); c31 = f32x4.add(c31, f32x4.mul(x, b1));
    c32 = f32x4.add(c32, f32x4.mul(x, b2)); c33 = f32x4.add(c33, f32x4.mul(x, b3));
    a += aK;
  }
  v128.store(y, c00); v128.store(y, c01, 16); v128.store(y, c02, 32); v128.store(y, c03, 48);
  v128.store(y1, c10); v128.store(y1, c11, 16); v128.store(y1, c12, 32); v128.store(y1, c13, 48);
  v128.store(y2, c20); v128.store(y2, c21, 16); v128.store(y2, c22, 32); v128.store(y2, c23, 48);
  v128.store(y3, c30); v128.store(y3, c31, 16); v128.store(y3, c32, 32); v128.store(y3, c33, 48);
}

/**
 * As `tileOf2`, of fewer columns: V has 1, 2, 4 or 8 bytes for 1 to 4 vectors, the last of `count` columns. The elements of a
 * row of a lie aK apart.
 */
// @ts-ignore: only AssemblyScript has decorators of functions
@inline
function lastTile<V>(
  y: usize, yRow: usize, a: usize, aRow: usize, aK: usize, b: usize, k: i32, start: usize, count: i32,
): void {
  const z = y + yRow;
  const last = sizeof<V>() == 8 ? 48 : sizeof<V>() == 4 ? 32 : sizeof<V>() == 2 ? 16 : 0;
  const from = start ? start : y, fromZ = start ? start : z;
  let y0 = v128.load(from), y1 = y0, y2 = y0, z0 = v128.load(fromZ), z1 = z0, z2 = z0;
  if (sizeof<V>() > 2) { y1 = v128.load(from, 16); z1 = v128.load(fromZ, 16); }
  if (sizeof<V>() > 4) { y2 = v128.load(from, 32); z2 = v128.load(fromZ, 32); }
  let y3 = loadUpTo4(from + last, count), z3 = loadUpTo4(fromZ + last, count);
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
  if (sizeof<V>() > 1) v128.store(z, z0);
  if (sizeof<V>() > 2) v128.store(z, z1, 16);
  if (sizeof<V>() > 4) v128.store(z, z2, 32);
  storeUpTo4(z + last, z3, count);
  if (sizeof<V>() > 1) v128.store(y, y0);
  if (sizeof<V>() > 2) v128.store(y, y1, 16);
  if (sizeof<V>() > 4) v128.store(y, y2, 32);
  storeUpTo4(y + last, y3, count);
}
