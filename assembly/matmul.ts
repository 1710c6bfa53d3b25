// The matrix product, blocked and packed as in Goto & van de Geijn, ACM TOMS 34(3), 2008.
//
// Every element of the result is ((0 + a₀b₀) + a₁b₁) + … in increasing k, with one rounding after each
// multiplication and each addition: the bits do not depend on sizes, tiles or blocks. Blocks of b are packed always, also
// small ones: for 10 columns that is 1.2 to 1.3 times faster than to read them in place, for 32 or more 0.97 times.
//
// Letters: m rows of a, n columns of b, k the axis summed over; steps between elements in bytes.

import { Instruction, REVECTORIZED } from './instruction';
import { loadUpTo4, storeUpTo4 } from './lanes';
import { packPanels, packTransposedPanels, ROW, transpose } from './pack';
import { multiplyPanels } from './tile';

// The same numbers stand in src/graph/ops/matmul.ts, which reserves the scratch memory.
const KC: i32 = 512;
const MC: i32 = 128;
const NC: i32 = 1024;

/** Up to this many multiplications, tiles cost more than they save. */
const SMALL: i64 = 256;

/** Up to this many columns of b, it costs more to pack rows of a that are scattered than it saves: 1.1 to 1.2 times. */
const FEW: i32 = 32;

@unmanaged
class Operands extends Instruction {
  y: usize;
  a: usize;
  b: usize;
  scratch: usize;
  m: i32;
  n: i32;
  k: i32;
  yRow: i32;
  aRow: i32;
  aK: i32;
  bK: i32;
  bColumn: i32;
}

/** y[m, n] = a[m, k] · b[k, n], by strides, where columns of y are next to each other; `scratch` as src/graph/ops/matmul.ts reserves it. */
export function matmul(i: Operands): void {
  const m = i.m, n = i.n, k = i.k;
  const yRow = <usize>i.yRow << 2, aRow = <usize>i.aRow << 2, aK = <usize>i.aK << 2, bK = <usize>i.bK << 2, bColumn = <usize>i.bColumn << 2;
  if (<i64>m * n * k > SMALL) blocked(i.y, i.a, i.b, i.scratch, m, n, k, yRow, aRow, aK, bK, bColumn);
  // A column becomes a row when the operands change places: four of its elements are then computed at a time.
  else if (n == 1 && yRow == 4) direct(i.y, i.b, i.a, 1, m, k, yRow, 0, bK, aK, aRow);
  else direct(i.y, i.a, i.b, m, n, k, yRow, aRow, aK, bK, bColumn);
}

/** Without tiles: four columns of one row at a time. */
// @ts-ignore: only AssemblyScript has decorators of functions
@inline
function direct(
  y: usize, a: usize, b: usize,
  m: i32, n: i32, k: i32, yRow: usize, aRow: usize, aK: usize, bK: usize, bColumn: usize,
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
      storeUpTo4(y + (<usize>column << 2), sum, count);
    }
    y += yRow;
    a += aRow;
  }
}

/** `count` (1 to 4) floats, `step` bytes apart. */
// @ts-ignore: only AssemblyScript has decorators of functions
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
  m: i32, n: i32, k: i32, yRow: usize, aRow: usize, aK: usize, bK: usize, bColumn: usize,
): void {
  // Vectors of 256 bits that reach across a line of the cache cost twice.
  const zeros = (scratch + 63) & ~63;
  zero(zeros);
  const isRevectorized = load<i32>(REVECTORIZED) != 0;
  // Rows of a that lie in one piece are read where they are; others, too, if few columns of b make use of them.
  const packA = aK != 4 && n > FEW;
  const packedB = zeros + ROW;
  const packedA = packedB + <usize>(min(KC, k) * ((min(NC, n) + 15) >> 4)) * ROW;
  // Of about one size, since y is loaded and stored as often for a last block of a few; in whole steps of four (tile.ts).
  const blocks = (k + KC - 1) / KC;
  const depth = ((k + blocks - 1) / blocks + 3) & ~3;
  for (let jc = 0; jc < n; jc += NC) {
    const nc = min(NC, n - jc);
    for (let pc = 0; pc < k; pc += depth) {
      const kc = min(depth, k - pc);
      const start = pc == 0 ? zeros : 0;
      const row = <usize>kc << 2;
      const block = b + <usize>pc * bK + <usize>jc * bColumn;
      if (bColumn == 4) packPanels(packedB, block, bK, kc, nc);
      else packTransposedPanels(packedB, block, bColumn, kc, nc);
      for (let ic = 0; ic < m; ic += MC) {
        const mc = min(MC, m - ic);
        const rows = a + <usize>ic * aRow + <usize>pc * aK;
        const at = y + <usize>ic * yRow + (<usize>jc << 2);
        if (packA) {
          transpose(packedA, row, rows, aK, kc, mc);
          multiplyPanels(at, yRow, packedA, row, 4, packedB, mc, nc, kc, start, isRevectorized);
        } else multiplyPanels(at, yRow, rows, aRow, aK, packedB, mc, nc, kc, start, isRevectorized);
      }
    }
  }
}

/** 64 bytes of zeros. */
// @ts-ignore: only AssemblyScript has decorators of functions
@inline
function zero(at: usize): void {
  const zeros = f32x4.splat(0);
  v128.store(at, zeros); v128.store(at, zeros, 16); v128.store(at, zeros, 32); v128.store(at, zeros, 48);
}
