// Some of the columns of a matrix, and a matrix that is zero but for some of its columns.

import { Instruction } from './instruction';

@unmanaged
class Columns extends Instruction {
  y: usize;
  x: usize;
  r: i32;
  c: i32;
  from: i32;
  count: i32;
}

/** y[r, count] = columns `from`, from + 1, … of x[r, c]. */
export function sliceColumns(i: Columns): void {
  const bytes = <usize>i.count << 2, next = <usize>i.c << 2;
  let y = i.y, x = i.x + (<usize>i.from << 2);
  for (let row = 0, r = i.r; row < r; row++) {
    memory.copy(y, x, bytes);
    y += bytes;
    x += next;
  }
}

/** y[r, c] = x[r, count] in columns `from`, from + 1, … and 0 in all others. */
export function placeColumns(i: Columns): void {
  const bytes = <usize>i.count << 2, next = <usize>i.c << 2, before = <usize>i.from << 2;
  const after = next - before - bytes;
  let y = i.y, x = i.x;
  for (let row = 0, r = i.r; row < r; row++) {
    memory.fill(y, 0, before);
    memory.copy(y + before, x, bytes);
    memory.fill(y + before + bytes, 0, after);
    y += next;
    x += bytes;
  }
}
