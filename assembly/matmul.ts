// The matrix product, blocked and packed as in Goto & van de Geijn, ACM TOMS 34(3), 2008.
//
// Every element of the result is ((0 + a₀b₀) + a₁b₁) + … in increasing k, with one rounding after each
// multiplication and each addition: the bits do not depend on sizes, tiles or blocks.
//
// The tile is 2 rows × 16 columns: 8 accumulators, 4 vectors of b and 1 of a leave none of the 16 vector
// registers to spill. The last columns have narrower tiles.
//
// Letters: m rows of a, n columns of b, k the axis summed over; steps between elements in bytes.

import { Instruction } from './instruction';
import { loadSome, storeSome } from './lanes';

// The same numbers stand in src/graph/ops/matmul.ts, which reserves the scratch memory.
const KC: i32 = 256;
const MC: i32 = 128;
const NC: i32 = 1024;

/** Up to this many multiplications, tiles cost more than they save. */
const SMALL: i64 = 256;

/** A b of at most this many bytes whose rows are contiguous is read where it is. */
const NEAR: i32 = 16384;

@unmanaged
class Operands extends Instruction {
  y: usize;
  a: usize;
  b: usize;
  scratch: usize;
  m: i32;
  n: i32;
  k: i32;
  aRow: i32;
  aK: i32;
  bK: i32;
  bColumn: i32;
}

/** y[m, n] = a[m, k] · b[k, n], by strides; `scratch` as src/graph/ops/matmul.ts reserves it. */
export function matmul(i: Operands): void {
  const m = i.m, n = i.n, k = i.k;
  const aRow = <usize>i.aRow << 2, aK = <usize>i.aK << 2, bK = <usize>i.bK << 2, bColumn = <usize>i.bColumn << 2;
  if (<i64>m * n * k <= SMALL) direct(i.y, i.a, i.b, m, n, k, aRow, aK, bK, bColumn);
  else if (bColumn == 4 && n * k <= NEAR >> 2 && k <= KC) {
    rowsOfTiles(i.y, <usize>n << 2, i.a, aRow, aK, i.b, 64, bK, m, n, k, true);
  } else blocked(i.y, i.a, i.b, i.scratch, m, n, k, aRow, aK, bK, bColumn);
}

/** Without tiles: four columns of one row at a time. */
function direct(
  y: usize, a: usize, b: usize, m: i32, n: i32, k: i32, aRow: usize, aK: usize, bK: usize, bColumn: usize,
): void {
  for (let row = 0; row < m; row++) {
    for (let column = 0; column < n; column += 4) {
      const count = min(4, n - column);
      let sum = f32x4.splat(0);
      let from = a, at = b + <usize>column * bColumn;
      for (let p = 0; p < k; p++) {
        sum = f32x4.add(sum, f32x4.mul(v128.load32_splat(from), loadStrided(at, bColumn, count)));
        from += aK;
        at += bK;
      }
      storeUpTo4(y, sum, count);
      y += <usize>count << 2;
    }
    a += aRow;
  }
}

/** `count` (1 to 4) floats, `step` bytes apart. */
// @ts-ignore: decorator
@inline
function loadStrided(at: usize, step: usize, count: i32): v128 {
  if (step == 4) return loadUpTo4(at, count);
  let x = v128.load32_zero(at);
  if (count > 1) x = v128.load_lane<f32>(at + step, x, 1);
  if (count > 2) x = v128.load_lane<f32>(at + 2 * step, x, 2);
  if (count > 3) x = v128.load_lane<f32>(at + 3 * step, x, 3);
  return x;
}

function blocked(
  y: usize, a: usize, b: usize, scratch: usize,
  m: i32, n: i32, k: i32, aRow: usize, aK: usize, bK: usize, bColumn: usize,
): void {
  const yRow = <usize>n << 2;
  const packedA = scratch;
  const packedB = packedA + <usize>(min(KC, k) * ((min(MC, m) + 1) & ~1)) * 4;
  // With few columns of b every element of a is read once or twice: packing it would be once more.
  const packA = n > 32;
  for (let jc = 0; jc < n; jc += NC) {
    const nc = min(NC, n - jc);
    for (let pc = 0; pc < k; pc += KC) {
      const kc = min(KC, k - pc);
      packColumns(packedB, b + <usize>pc * bK + <usize>jc * bColumn, kc, nc, bK, bColumn);
      for (let ic = 0; ic < m; ic += MC) {
        const mc = min(MC, m - ic);
        const block = a + <usize>ic * aRow + <usize>pc * aK;
        const at = y + <usize>ic * yRow + (<usize>jc << 2);
        if (packA) {
          packRows(packedA, block, mc, kc, aRow, aK);
          rowsOfTiles(at, yRow, packedA, 0, 8, packedB, <usize>kc << 6, 64, mc, nc, kc, pc == 0);
        } else rowsOfTiles(at, yRow, block, aRow, aK, packedB, <usize>kc << 6, 64, mc, nc, kc, pc == 0);
      }
    }
  }
}

/** y[m, n] in tiles of 2 × 16; aRow 0 means packed pairs of rows. */
function rowsOfTiles(
  y: usize, yRow: usize, a: usize, aRow: usize, aK: usize, b: usize, bPanel: usize, bK: usize,
  m: i32, n: i32, k: i32, start: bool,
): void {
  const pair: usize = aRow ? 2 * aRow : <usize>k << 3;
  for (let column = 0; column < n; column += 16) {
    const count = min(16, n - column);
    let at = y + (<usize>column << 2), from = a;
    for (let row = 0; row < m; row += 2) {
      // The second row of an odd last pair is the first again.
      const two = m - row > 1;
      const second = aRow ? (two ? aRow : 0) : 4;
      const z = two ? yRow : 0;
      if (count == 16) tile<u64>(at, z, from, second, aK, b, bK, k, start, 4);
      else if (count > 12) tile<u64>(at, z, from, second, aK, b, bK, k, start, count - 12);
      else if (count > 8) tile<u32>(at, z, from, second, aK, b, bK, k, start, count - 8);
      else if (count > 4) tile<u16>(at, z, from, second, aK, b, bK, k, start, count - 4);
      else tile<u8>(at, z, from, second, aK, b, bK, k, start, count);
      at += 2 * yRow;
      from += pair;
    }
    b += bPanel;
  }
}

/** a[m, k] as pairs of rows: the two elements of one k lie side by side; an odd row stands twice. */
function packRows(to: usize, a: usize, m: i32, k: i32, aRow: usize, aK: usize): void {
  for (let row = 0; row < m; row += 2) {
    let first = a + <usize>row * aRow;
    const second = row + 1 < m ? aRow : 0;
    let p = 0;
    // Four at a time where they lie side by side.
    if (aK == 4) {
      for (const end = k & ~3; p < end; p += 4) {
        const x = v128.load(first), z = v128.load(first + second);
        v128.store(to, i32x4.shuffle(x, z, 0, 4, 1, 5));
        v128.store(to, i32x4.shuffle(x, z, 2, 6, 3, 7), 16);
        first += 16;
        to += 32;
      }
    }
    for (; p < k; p++) {
      store<f32>(to, load<f32>(first));
      store<f32>(to, load<f32>(first + second), 4);
      first += aK;
      to += 8;
    }
  }
}

/** b[k, n] as panels of 16 columns, padded with zeros. */
function packColumns(to: usize, b: usize, k: i32, n: i32, bK: usize, bColumn: usize): void {
  for (let column = 0; column < n; column += 16) {
    const count = min(16, n - column);
    let from = b + <usize>column * bColumn;
    if (bColumn == 4) {
      for (let p = 0; p < k; p++) {
        if (count == 16) {
          v128.store(to, v128.load(from));
          v128.store(to, v128.load(from, 16), 16);
          v128.store(to, v128.load(from, 32), 32);
          v128.store(to, v128.load(from, 48), 48);
        } else for (let c: usize = 0; c < <usize>count << 2; c += 4) store<f32>(to + c, load<f32>(from + c));
        from += bK;
        to += 64;
      }
    } else {
      let c: usize = 0;
      // Transposed four by four.
      if (bK == 4) {
        for (; c < <usize>(count & ~3); c += 4) {
          let at = to + (c << 2), source = from + c * bColumn;
          for (let p = 0; p < (k & ~3); p += 4) {
            const x0 = v128.load(source), x1 = v128.load(source + bColumn);
            const x2 = v128.load(source + 2 * bColumn), x3 = v128.load(source + 3 * bColumn);
            const a0 = i32x4.shuffle(x0, x1, 0, 4, 1, 5), a1 = i32x4.shuffle(x2, x3, 0, 4, 1, 5);
            const b0 = i32x4.shuffle(x0, x1, 2, 6, 3, 7), b1 = i32x4.shuffle(x2, x3, 2, 6, 3, 7);
            v128.store(at, i64x2.shuffle(a0, a1, 0, 2));
            v128.store(at, i64x2.shuffle(a0, a1, 1, 3), 64);
            v128.store(at, i64x2.shuffle(b0, b1, 0, 2), 128);
            v128.store(at, i64x2.shuffle(b0, b1, 1, 3), 192);
            at += 256;
            source += 16;
          }
          for (let p = k & ~3; p < k; p++) {
            for (let q: usize = 0; q < 4; q++) store<f32>(at + (q << 2), load<f32>(source + q * bColumn));
            at += 64;
            source += 4;
          }
        }
      }
      for (; c < <usize>count; c++) {
        let at = to + (c << 2), source = from + c * bColumn;
        for (let p = 0; p < k; p++) {
          store<f32>(at, load<f32>(source));
          at += 64;
          source += bK;
        }
      }
      to += <usize>k << 6;
    }
  }
}

/**
 * Adds a[2, k] · b[k, columns] to the tile at y, or starts it. The rows of a are `second` bytes apart, those of y yRow.
 * The width of the tile is that of V, 1, 2, 4 or 8 bytes for 1 to 4 vectors, of which the last has `count` columns.
 */
// @ts-ignore: decorator
@inline
function tile<V>(
  y: usize, yRow: usize, a: usize, second: usize, aK: usize, b: usize, bK: usize, k: i32, start: bool, count: i32,
): void {
  const z = y + yRow;
  const last = sizeof<V>() == 8 ? 48 : sizeof<V>() == 4 ? 32 : sizeof<V>() == 2 ? 16 : 0;
  let y0 = f32x4.splat(0), y1 = y0, y2 = y0, y3 = y0, z0 = y0, z1 = y0, z2 = y0, z3 = y0;
  if (!start) {
    if (sizeof<V>() > 1) { y0 = v128.load(y); z0 = v128.load(z); }
    if (sizeof<V>() > 2) { y1 = v128.load(y, 16); z1 = v128.load(z, 16); }
    if (sizeof<V>() > 4) { y2 = v128.load(y, 32); z2 = v128.load(z, 32); }
    y3 = loadUpTo4(y + last, count);
    z3 = loadUpTo4(z + last, count);
  }
  for (const end = b + <usize>k * bK; b < end; b += bK) {
    let b0 = y0, b1 = y0, b2 = y0;
    if (sizeof<V>() > 1) b0 = v128.load(b);
    if (sizeof<V>() > 2) b1 = v128.load(b, 16);
    if (sizeof<V>() > 4) b2 = v128.load(b, 32);
    // What lies beyond the last column is multiplied along and dropped.
    const b3 = v128.load(b + last);
    let x = v128.load32_splat(a);
    if (sizeof<V>() > 1) y0 = f32x4.add(y0, f32x4.mul(x, b0));
    if (sizeof<V>() > 2) y1 = f32x4.add(y1, f32x4.mul(x, b1));
    if (sizeof<V>() > 4) y2 = f32x4.add(y2, f32x4.mul(x, b2));
    y3 = f32x4.add(y3, f32x4.mul(x, b3));
    x = v128.load32_splat(a + second);
    if (sizeof<V>() > 1) z0 = f32x4.add(z0, f32x4.mul(x, b0));
    if (sizeof<V>() > 2) z1 = f32x4.add(z1, f32x4.mul(x, b1));
    if (sizeof<V>() > 4) z2 = f32x4.add(z2, f32x4.mul(x, b2));
    z3 = f32x4.add(z3, f32x4.mul(x, b3));
    a += aK;
  }
  // The second row first: where it is the first again, the first is what stays.
  if (sizeof<V>() > 1) { v128.store(z, z0); v128.store(y, y0); }
  if (sizeof<V>() > 2) { v128.store(z, z1, 16); v128.store(y, y1, 16); }
  if (sizeof<V>() > 4) { v128.store(z, z2, 32); v128.store(y, y2, 32); }
  storeUpTo4(z + last, z3, count);
  storeUpTo4(y + last, y3, count);
}

/** `count` (1 to 4) floats. */
// @ts-ignore: decorator
@inline
function loadUpTo4(at: usize, count: i32): v128 {
  return count == 4 ? v128.load(at) : loadSome(at, count);
}

/** Stores `count` (1 to 4) lanes. */
// @ts-ignore: decorator
@inline
function storeUpTo4(at: usize, x: v128, count: i32): void {
  if (count == 4) v128.store(at, x);
  else storeSome(at, x, count);
}
