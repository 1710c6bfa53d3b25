// Copies of matrices in the order in which the tiles of a product read them. Steps between rows are in bytes.

import { loadSome } from './lanes';

/** Columns of a panel. */
export const WIDTH: i32 = 16;

/** Bytes of a row of it. */
export const ROW: usize = 64;

/**
 * b[k, n] as panels of 16 columns. Beyond the last column the vector that it is in is zero, and the rest of the panel as it
 * was. Rows of b are contiguous.
 */
export function packPanels(to: usize, b: usize, bRow: usize, k: i32, n: i32): void {
  const panel = <usize>k * ROW, rest = n & (WIDTH - 1);
  // Row by row, since memory is read fastest in order.
  for (let row = 0; row < k; row++) {
    let from = b, at = to;
    for (const end = b + (<usize>(n - rest) << 2); from < end; from += ROW) {
      const x0 = v128.load(from), x1 = v128.load(from, 16), x2 = v128.load(from, 32), x3 = v128.load(from, 48);
      v128.store(at, x0); v128.store(at, x1, 16); v128.store(at, x2, 32); v128.store(at, x3, 48);
      at += panel;
    }
    let left = rest;
    for (; left >= 4; left -= 4) {
      v128.store(at, v128.load(from));
      from += 16;
      at += 16;
    }
    if (left) v128.store(at, loadSome(from, left));
    b += bRow;
    to += ROW;
  }
}

/** As `packPanels`, of bᵀ[k, n] for b[n, k]. */
export function packTransposedPanels(to: usize, b: usize, bRow: usize, k: i32, n: i32): void {
  for (; n > 0; n -= WIDTH) {
    if (n < WIDTH) clearBeyond(to, k, n);
    transpose(to, ROW, b, bRow, min(n, WIDTH), k);
    b += <usize>WIDTH * bRow;
    to += <usize>k * ROW;
  }
}

/** Zeros for the vector of each row in which column n would be: what lay there before might be slow to multiply, denormal. */
function clearBeyond(to: usize, k: i32, n: i32): void {
  if ((n & 3) == 0) return;
  to += <usize>(n & ~3) << 2;
  for (let row = 0; row < k; row++) {
    v128.store(to, f32x4.splat(0));
    to += ROW;
  }
}

/** Columns that a transposition goes through row by row: few enough for what they become to stay in the cache. */
const SPAN: i32 = 64;

/** y[columns, rows] = x[rows, columns]ᵀ, in blocks of 4 × 4. */
// @ts-ignore: only AssemblyScript has decorators of functions
@inline
export function transpose(y: usize, yRow: usize, x: usize, xRow: usize, rows: i32, columns: i32): void {
  for (; columns > 0; columns -= SPAN) {
    const width = min(columns, SPAN);
    let from = x, to = y, left = rows;
    for (; left >= 4; left -= 4) {
      let source = from, at = to, c = width;
      for (; c >= 4; c -= 4) {
        const x0 = v128.load(source), x1 = v128.load(source + xRow);
        const x2 = v128.load(source + 2 * xRow), x3 = v128.load(source + 3 * xRow);
        const a0 = i32x4.shuffle(x0, x1, 0, 4, 1, 5), a1 = i32x4.shuffle(x2, x3, 0, 4, 1, 5);
        const b0 = i32x4.shuffle(x0, x1, 2, 6, 3, 7), b1 = i32x4.shuffle(x2, x3, 2, 6, 3, 7);
        v128.store(at, i64x2.shuffle(a0, a1, 0, 2));
        v128.store(at + yRow, i64x2.shuffle(a0, a1, 1, 3));
        v128.store(at + 2 * yRow, i64x2.shuffle(b0, b1, 0, 2));
        v128.store(at + 3 * yRow, i64x2.shuffle(b0, b1, 1, 3));
        source += 16;
        at += 4 * yRow;
      }
      transposeSmall(at, yRow, source, xRow, 4, c);
      from += 4 * xRow;
      to += 16;
    }
    transposeSmall(to, yRow, from, xRow, left, width);
    x += <usize>SPAN << 2;
    y += <usize>SPAN * yRow;
  }
}

// @ts-ignore: only AssemblyScript has decorators of functions
@inline
function transposeSmall(y: usize, yRow: usize, x: usize, xRow: usize, rows: i32, columns: i32): void {
  for (let r = 0; r < rows; r++) {
    let at = y;
    for (let c: usize = 0; c < <usize>columns << 2; c += 4) {
      store<f32>(at, load<f32>(x + c));
      at += yRow;
    }
    x += xRow;
    y += 4;
  }
}
