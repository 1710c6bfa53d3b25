// The patches of images that a convolution multiplies with its weights, as rows of a matrix, and back. Images are
// x[n, h, w, c]; a patch has kernelHeight · kernelWidth · c elements; what lies in the padding is zero.

import { Instruction } from './instruction';
import { addTo } from './sum';

@unmanaged
class Operands extends Instruction {
  y: usize;
  x: usize;
  /** The rows of output, counted over all images, for which the patches are taken. */
  first: i32;
  count: i32;
  n: i32;
  h: i32;
  w: i32;
  c: i32;
  outHeight: i32;
  outWidth: i32;
  kernelHeight: i32;
  kernelWidth: i32;
  strideHeight: i32;
  strideWidth: i32;
  paddingHeight: i32;
  paddingWidth: i32;
  dilationHeight: i32;
  dilationWidth: i32;
}

/** y[count, outWidth, patch] = the patches of x[n, h, w, c]. */
export function patches(i: Operands): void {
  const h = i.h, w = i.w, c = i.c, outHeight = i.outHeight, outWidth = i.outWidth;
  const kernelHeight = i.kernelHeight, kernelWidth = i.kernelWidth, dilationWidth = i.dilationWidth;
  const bytes = <usize>c << 2, line = <usize>kernelWidth * bytes, patch = <usize>kernelHeight * line;
  let y = i.y;
  for (let row = i.first, end = i.first + i.count; row < end; row++) {
    const image = i.x + <usize>(row / outHeight) * <usize>(h * w) * bytes;
    const top = (row % outHeight) * i.strideHeight - i.paddingHeight;
    for (let ky = 0; ky < kernelHeight; ky++) {
      const from = top + ky * i.dilationHeight;
      const isInside = from >= 0 && from < h;
      const x = image + <usize>(from * w) * bytes;
      let to = y + <usize>ky * line;
      for (let column = 0; column < outWidth; column++) {
        const left = column * i.strideWidth - i.paddingWidth;
        if (!isInside) clear(to, line);
        else if (dilationWidth == 1 && left >= 0 && left + kernelWidth <= w) move(to, x + <usize>left * bytes, line);
        else {
          for (let kx = 0; kx < kernelWidth; kx++) {
            const at = left + kx * dilationWidth, place = to + <usize>kx * bytes;
            if (at >= 0 && at < w) move(place, x + <usize>at * bytes, bytes);
            else clear(place, bytes);
          }
        }
        to += patch;
      }
    }
    y += <usize>outWidth * patch;
  }
}

/** Up to this many bytes, a call of memory.copy or memory.fill costs more than to do it here. */
const FEW: usize = 128;

/** Copies floats; the last four may be some of those before once more. */
// @ts-ignore: only AssemblyScript has decorators of functions
@inline
function move(to: usize, from: usize, bytes: usize): void {
  if (bytes > FEW) return memory.copy(to, from, bytes);
  let at: usize = 0;
  if (bytes >= 16) {
    const last = bytes - 16;
    for (; at < last; at += 16) v128.store(to + at, v128.load(from + at));
    v128.store(to + last, v128.load(from + last));
  } else for (; at < bytes; at += 4) store<f32>(to + at, load<f32>(from + at));
}

/** Zeros, written as `move` does. */
// @ts-ignore: only AssemblyScript has decorators of functions
@inline
function clear(to: usize, bytes: usize): void {
  if (bytes > FEW) return memory.fill(to, 0, bytes);
  for (let at: usize = 0; at < bytes; at += 4) store<f32>(to + at, 0);
}

/** y[n, h, w, c] = for each element, the sum of x[count, outWidth, patch] over the patches that it is in; goes on from `first` > 0. */
export function patchesGradient(i: Operands): void {
  const h = i.h, w = i.w, c = i.c, outHeight = i.outHeight, outWidth = i.outWidth;
  const kernelHeight = i.kernelHeight, kernelWidth = i.kernelWidth, dilationWidth = i.dilationWidth;
  const bytes = <usize>c << 2;
  let x = i.x;
  if (i.first == 0) memory.fill(i.y, 0, <usize>(i.n * h * w) * bytes);
  for (let row = i.first, end = i.first + i.count; row < end; row++) {
    const image = i.y + <usize>(row / outHeight) * <usize>(h * w) * bytes;
    const top = (row % outHeight) * i.strideHeight - i.paddingHeight;
    for (let column = 0; column < outWidth; column++) {
      const left = column * i.strideWidth - i.paddingWidth;
      for (let ky = 0; ky < kernelHeight; ky++) {
        const line = top + ky * i.dilationHeight;
        const isInside = line >= 0 && line < h;
        const to = image + <usize>(line * w) * bytes;
        if (isInside && dilationWidth == 1 && left >= 0 && left + kernelWidth <= w) {
          addTo(to + <usize>left * bytes, x, kernelWidth * c);
          x += <usize>kernelWidth * bytes;
        } else {
          for (let kx = 0; kx < kernelWidth; kx++) {
            const at = left + kx * dilationWidth;
            if (isInside && at >= 0 && at < w) addTo(to + <usize>at * bytes, x, c);
            x += bytes;
          }
        }
      }
    }
  }
}

@unmanaged
class Accumulate extends Instruction {
  y: usize;
  x: usize;
  n: i32;
}

/** y[n] += x[n]. */
export function accumulate(i: Accumulate): void {
  addTo(i.y, i.x, i.n);
}
