// Rows of a table that are looked up, and the sum that is their derivative. Indices are whole numbers in float32.

import { isBelow } from './bounds';
import { Instruction } from './instruction';
import { addTo } from './sum';

@unmanaged
class Operands extends Instruction {
  y: usize;
  x: usize;
  index: usize;
  rows: i32;
  m: i32;
  c: i32;
}

/** y[m, c] = rows index[m] of the table x[rows, c]; NaN where there is no such row. */
export function embedding(i: Operands): void {
  const index = i.index, x = i.x, bytes = <usize>i.c << 2, rows = i.rows;
  let y = i.y;
  for (let k: usize = 0, m = <usize>i.m; k < m; k++) {
    const row = load<f32>(index + (k << 2));
    if (isBelow(row, rows)) memory.copy(y, x + <usize>row * bytes, bytes);
    else memory.fill(y, 0xff, bytes);
    y += bytes;
  }
}

/** y[rows, c] = for each row, the sum of those of x[m, c] that were looked up there, in their order. */
export function embeddingGradient(i: Operands): void {
  const index = i.index, y = i.y, c = i.c, bytes = <usize>c << 2, rows = i.rows;
  let x = i.x;
  memory.fill(y, 0, <usize>rows * bytes);
  for (let k: usize = 0, m = <usize>i.m; k < m; k++) {
    const row = load<f32>(index + (k << 2));
    if (isBelow(row, rows)) addTo(y + <usize>row * bytes, x, c);
    x += bytes;
  }
}
