// Kernels that move elements and compute nothing. (The built-in `memory` stays visible in other files.)

import { Instruction } from './instruction';

@unmanaged
class Copy extends Instruction {
  y: usize;
  x: usize;
  size: usize;
}

/** Copies `size` bytes; the ranges may overlap. */
export function copy(i: Copy): void {
  memory.copy(i.y, i.x, i.size);
}

@unmanaged
class Gather extends Instruction {
  y: usize;
  x: usize;
  index: usize;
  b: i32;
  c: i32;
}

/** y[b, c] = rows index[b] of the float32 x[n, c]. */
export function gatherFloats(i: Gather): void {
  const index = i.index, bytes = <usize>i.c << 2, x = i.x;
  let y = i.y;
  for (let k: usize = 0, b = <usize>i.b; k < b; k++) {
    memory.copy(y, x + <usize>load<u32>(index + (k << 2)) * bytes, bytes);
    y += bytes;
  }
}

/** y[b, c] = rows index[b] of the int32 x[n, c], as float32. */
export function gatherIntegers(i: Gather): void {
  const index = i.index, c = <usize>i.c, x = i.x;
  let y = i.y;
  for (let k: usize = 0, b = <usize>i.b; k < b; k++) {
    const from = x + ((<usize>load<u32>(index + (k << 2)) * c) << 2);
    for (let j: usize = 0; j < c; j++) store<f32>(y + (j << 2), <f32>load<i32>(from + (j << 2)));
    y += c << 2;
  }
}

/** y[b, c] = rows index[b] of the bytes x[n, c], as float32. */
export function gatherBytes(i: Gather): void {
  const index = i.index, c = <usize>i.c, x = i.x;
  let y = i.y;
  for (let k: usize = 0, b = <usize>i.b; k < b; k++) {
    const from = x + <usize>load<u32>(index + (k << 2)) * c;
    for (let j: usize = 0; j < c; j++) store<f32>(y + (j << 2), <f32>load<u8>(from + j));
    y += c << 2;
  }
}

@unmanaged
class Swap extends Instruction {
  y: usize;
  x: usize;
  a: i32;
  b: i32;
  c: i32;
  d: i32;
}

/** y[a, c, b, d] = x[a, b, c, d]. */
export function swapMiddleAxes(i: Swap): void {
  const a = i.a, b = i.b, c = i.c, bytes = <usize>i.d << 2;
  let y = i.y, x = i.x;
  for (let k = 0; k < a; k++) {
    for (let column = 0; column < c; column++) {
      let from = x + <usize>column * bytes;
      for (let row = 0; row < b; row++) {
        if (bytes == 4) store<f32>(y, load<f32>(from));
        else memory.copy(y, from, bytes);
        y += bytes;
        from += <usize>c * bytes;
      }
    }
    x += <usize>(b * c) * bytes;
  }
}
