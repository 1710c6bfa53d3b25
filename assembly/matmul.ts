// The matrix product, blocked and packed as in Goto & van de Geijn, ACM TOMS 34(3), 2008.
//
// Every element of the result is ((0 + a₀b₀) + a₁b₁) + … in increasing k, with one rounding after each
// multiplication and each addition: the bits do not depend on sizes, tiles or blocks.
//
// The tile is 2 rows × 16 columns: 8 accumulators, 4 vectors of b and 1 of a leave none of the 16 vector
// registers to spill. Letters: m rows of a, n columns of b, k the axis summed over; strides in bytes.

import { Instruction } from './instruction';
import { loadSome, storeSome } from './lanes';

// The same numbers stand in src/graph/ops/matmul.ts, which reserves the scratch memory.
const KC: i32 = 256;
const MC: i32 = 128;
const NC: i32 = 1024;

/** Bytes of the tile that stands in for the result where it is smaller than 2 × 16. */
const TILE: usize = 128;

/** Up to this many multiplications, packing costs more than it saves. */
const SMALL: i64 = 4096;

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

export function matmul(i: Operands): void {
  const m = i.m, n = i.n, k = i.k;
  const aRow = <usize>i.aRow << 2, aK = <usize>i.aK << 2, bK = <usize>i.bK << 2, bColumn = <usize>i.bColumn << 2;
  if (<i64>m * n * k <= SMALL) direct(i.y, i.a, i.b, m, n, k, aRow, aK, bK, bColumn);
  else blocked(i.y, i.a, i.b, i.scratch, m, n, k, aRow, aK, bK, bColumn);
}

/** Without packing: four columns of one row at a time. */
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
      if (count == 4) v128.store(y, sum);
      else storeSome(y, sum, count);
      y += <usize>count << 2;
    }
    a += aRow;
  }
}

/** `count` (1 to 4) floats, `stride` bytes apart. */
// @ts-ignore: decorator
@inline
function loadStrided(at: usize, stride: usize, count: i32): v128 {
  if (stride == 4) return count == 4 ? v128.load(at) : loadSome(at, count);
  let x = v128.load32_zero(at);
  if (count > 1) x = v128.load_lane<f32>(at + stride, x, 1);
  if (count > 2) x = v128.load_lane<f32>(at + 2 * stride, x, 2);
  if (count > 3) x = v128.load_lane<f32>(at + 3 * stride, x, 3);
  return x;
}

function blocked(
  y: usize, a: usize, b: usize, scratch: usize,
  m: i32, n: i32, k: i32, aRow: usize, aK: usize, bK: usize, bColumn: usize,
): void {
  const yRow = <usize>n << 2;
  const packedA = scratch + TILE;
  const packedB = packedA + <usize>(min(KC, k) * ((min(MC, m) + 1) & ~1)) * 4;
  // With a single panel of b every element of a is read once: packing it would be a second time.
  const packA = n > 16;
  for (let jc = 0; jc < n; jc += NC) {
    const nc = min(NC, n - jc);
    for (let pc = 0; pc < k; pc += KC) {
      const kc = min(KC, k - pc);
      packColumns(packedB, b + <usize>pc * bK + <usize>jc * bColumn, kc, nc, bK, bColumn);
      for (let ic = 0; ic < m; ic += MC) {
        const mc = min(MC, m - ic);
        const block = a + <usize>ic * aRow + <usize>pc * aK;
        if (packA) packRows(packedA, block, mc, kc, aRow, aK);
        for (let j = 0; j < nc; j += 16) {
          const panel = packedB + <usize>(j * kc) * 4;
          for (let row = 0; row < mc; row += 2) {
            const at = y + <usize>(ic + row) * yRow + (<usize>(jc + j) << 2);
            const whole = mc - row >= 2 && nc - j >= 16;
            // The second row of an odd last pair is the first again; its result is dropped.
            const second: usize = packA ? 4 : mc - row >= 2 ? aRow : 0;
            const from = packA ? packedA + <usize>(row * kc) * 4 : block + <usize>row * aRow;
            const step: usize = packA ? 8 : aK;
            if (whole) {
              tile(at, yRow, from, second, step, panel, kc, pc == 0);
            } else {
              const r = min(2, mc - row), c = <usize>min(16, nc - j) << 2;
              if (pc) for (let t = 0; t < r; t++) memory.copy(scratch + (<usize>t << 6), at + <usize>t * yRow, c);
              tile(scratch, 64, from, second, step, panel, kc, pc == 0);
              for (let t = 0; t < r; t++) memory.copy(at + <usize>t * yRow, scratch + (<usize>t << 6), c);
            }
          }
        }
      }
    }
  }
}

/** a[m, k] as pairs of rows, k fastest but one: the two elements of one k lie side by side; an odd row is padded. */
function packRows(to: usize, a: usize, m: i32, k: i32, aRow: usize, aK: usize): void {
  for (let row = 0; row < m; row += 2) {
    let first = a + <usize>row * aRow;
    let second = row + 1 < m ? first + aRow : first;
    for (let p = 0; p < k; p++) {
      store<f32>(to, load<f32>(first));
      store<f32>(to, load<f32>(second), 4);
      first += aK;
      second += aK;
      to += 8;
    }
  }
}

/** b[k, n] as panels of 16 columns, padded with zeros. */
function packColumns(to: usize, b: usize, k: i32, n: i32, bK: usize, bColumn: usize): void {
  for (let column = 0; column < n; column += 16) {
    const count = min(16, n - column);
    let from = b + <usize>column * bColumn;
    for (let p = 0; p < k; p++) {
      if (count == 16 && bColumn == 4) {
        v128.store(to, v128.load(from));
        v128.store(to, v128.load(from, 16), 16);
        v128.store(to, v128.load(from, 32), 32);
        v128.store(to, v128.load(from, 48), 48);
      } else {
        if (count < 16) memory.fill(to, 0, 64);
        for (let c: usize = 0; c < <usize>count; c++) store<f32>(to + (c << 2), load<f32>(from + c * bColumn));
      }
      from += bK;
      to += 64;
    }
  }
}

/** Adds a[2, k] · b[k, 16] to the tile at y, or starts it. a's second row lies `second` bytes after its first. */
function tile(y: usize, yRow: usize, a: usize, second: usize, step: usize, b: usize, k: i32, start: bool): void {
  const z = y + yRow;
  let y0 = f32x4.splat(0), y1 = y0, y2 = y0, y3 = y0, z0 = y0, z1 = y0, z2 = y0, z3 = y0;
  if (!start) {
    y0 = v128.load(y); y1 = v128.load(y, 16); y2 = v128.load(y, 32); y3 = v128.load(y, 48);
    z0 = v128.load(z); z1 = v128.load(z, 16); z2 = v128.load(z, 32); z3 = v128.load(z, 48);
  }
  for (const end = b + (<usize>k << 6); b < end; b += 64) {
    const b0 = v128.load(b), b1 = v128.load(b, 16), b2 = v128.load(b, 32), b3 = v128.load(b, 48);
    let x = v128.load32_splat(a);
    y0 = f32x4.add(y0, f32x4.mul(x, b0));
    y1 = f32x4.add(y1, f32x4.mul(x, b1));
    y2 = f32x4.add(y2, f32x4.mul(x, b2));
    y3 = f32x4.add(y3, f32x4.mul(x, b3));
    x = v128.load32_splat(a + second);
    z0 = f32x4.add(z0, f32x4.mul(x, b0));
    z1 = f32x4.add(z1, f32x4.mul(x, b1));
    z2 = f32x4.add(z2, f32x4.mul(x, b2));
    z3 = f32x4.add(z3, f32x4.mul(x, b3));
    a += step;
  }
  v128.store(y, y0); v128.store(y, y1, 16); v128.store(y, y2, 32); v128.store(y, y3, 48);
  v128.store(z, z0); v128.store(z, z1, 16); v128.store(z, z2, 32); v128.store(z, z3, 48);
}
