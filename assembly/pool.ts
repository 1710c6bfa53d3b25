// The largest and the mean of windows of images x[n, h, w, c], channel by channel, and their derivatives.

import { Instruction } from './instruction';
import { loadUpTo4 } from './lanes';
import { addTo } from './sum';

@unmanaged
class Operands extends Instruction {
  y: usize;
  x: usize;
  /** The gradient of the result, for derivatives. */
  g: usize;
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

/** y[n, outHeight, outWidth, c] = the largest of each window of x[n, h, w, c]; padding does not count. */
export function maxPool2d(i: Operands): void {
  const outHeight = i.outHeight, outWidth = i.outWidth, kernelHeight = i.kernelHeight, kernelWidth = i.kernelWidth;
  const strideHeight = i.strideHeight, strideWidth = i.strideWidth, paddingHeight = i.paddingHeight, paddingWidth = i.paddingWidth;
  const dilationHeight = i.dilationHeight, dilationWidth = i.dilationWidth;
  const h = i.h, w = i.w, c = i.c, bytes = <usize>c << 2;
  let y = i.y;
  for (let image = 0, n = i.n; image < n; image++) {
    const x = i.x + <usize>(image * h * w) * bytes;
    for (let row = 0; row < outHeight; row++) {
      for (let column = 0; column < outWidth; column++) {
        let isFirst = true;
        for (let ky = 0; ky < kernelHeight; ky++) {
          const line = row * strideHeight - paddingHeight + ky * dilationHeight;
          if (line < 0 || line >= h) continue;
          for (let kx = 0; kx < kernelWidth; kx++) {
            const at = column * strideWidth - paddingWidth + kx * dilationWidth;
            if (at < 0 || at >= w) continue;
            const from = x + <usize>(line * w + at) * bytes;
            if (isFirst) memory.copy(y, from, bytes);
            else maximumTo(y, from, c);
            isFirst = false;
          }
        }
        y += bytes;
      }
    }
  }
}

/** y[n] = max(y, x). */
function maximumTo(y: usize, x: usize, n: i32): void {
  let at: usize = 0;
  for (const end = <usize>(n & ~3) << 2; at < end; at += 16) v128.store(y + at, f32x4.max(v128.load(y + at), v128.load(x + at)));
  for (const end = <usize>n << 2; at < end; at += 4) store<f32>(y + at, max(load<f32>(y + at), load<f32>(x + at)));
}

/** y[n, h, w, c] = the sum of g[n, outHeight, outWidth, c] over the windows in which an element of x is the first that is largest. */
export function maxPool2dGradient(i: Operands): void {
  memory.fill(i.y, 0, (<usize>(i.n * i.h * i.w) * i.c) << 2);
  throughLargest(i, i.y, i.g, true);
}

/** y[n, outHeight, outWidth, c] = g[n, h, w, c] at the first of the largest elements of each window of x. */
export function maxPool2dTangent(i: Operands): void {
  throughLargest(i, i.g, i.y, false);
}

/** For each window, what `pooled` has for it is added to `whole` at the window's largest element, or taken from there. */
// @ts-ignore: only AssemblyScript has decorators of functions
@inline
function throughLargest(i: Operands, whole: usize, pooled: usize, adds: bool): void {
  const outHeight = i.outHeight, outWidth = i.outWidth, kernelHeight = i.kernelHeight, kernelWidth = i.kernelWidth;
  const strideHeight = i.strideHeight, strideWidth = i.strideWidth, paddingHeight = i.paddingHeight, paddingWidth = i.paddingWidth;
  const dilationHeight = i.dilationHeight, dilationWidth = i.dilationWidth;
  const h = i.h, w = i.w, c = <usize>i.c << 2;
  for (let image = 0, n = i.n; image < n; image++) {
    const offset = <usize>(image * h * w) * c;
    for (let row = 0; row < outHeight; row++) {
      for (let column = 0; column < outWidth; column++) {
        for (let channel: usize = 0; channel < c; channel += 16) {
          const count = min(4, <i32>((c - channel) >> 2));
          // Of each channel, the place of the first that is largest, in elements of one channel; −1 while there is none.
          let best = i32x4.splat(-1), largest = f32x4.splat(0);
          for (let ky = 0; ky < kernelHeight; ky++) {
            const line = row * strideHeight - paddingHeight + ky * dilationHeight;
            if (line < 0 || line >= h) continue;
            for (let kx = 0; kx < kernelWidth; kx++) {
              const at = column * strideWidth - paddingWidth + kx * dilationWidth;
              if (at < 0 || at >= w) continue;
              const place = line * w + at;
              const value = loadUpTo4(i.x + offset + <usize>place * c + channel, count);
              const isBetter = v128.or(f32x4.gt(value, largest), i32x4.shr_s(best, 31));
              best = v128.bitselect(i32x4.splat(place), best, isBetter);
              largest = v128.bitselect(value, largest, isBetter);
            }
          }
          const to = whole + offset + channel;
          through(to, i32x4.extract_lane(best, 0), c, pooled, adds);
          if (count > 1) through(to + 4, i32x4.extract_lane(best, 1), c, pooled + 4, adds);
          if (count > 2) through(to + 8, i32x4.extract_lane(best, 2), c, pooled + 8, adds);
          if (count > 3) through(to + 12, i32x4.extract_lane(best, 3), c, pooled + 12, adds);
          pooled += <usize>count << 2;
        }
      }
    }
  }
}

/** Between the element number `place`, of `step` bytes each, and `pooled`. */
// @ts-ignore: only AssemblyScript has decorators of functions
@inline
function through(whole: usize, place: i32, step: usize, pooled: usize, adds: bool): void {
  const at = whole + <usize>place * step;
  if (adds) store<f32>(at, load<f32>(at) + load<f32>(pooled));
  else store<f32>(pooled, load<f32>(at));
}

/** y[n, outHeight, outWidth, c] = the mean of each window of x[n, h, w, c], with zeros for the padding. */
export function averagePool2d(i: Operands): void {
  const outHeight = i.outHeight, outWidth = i.outWidth, kernelHeight = i.kernelHeight, kernelWidth = i.kernelWidth;
  const strideHeight = i.strideHeight, strideWidth = i.strideWidth, paddingHeight = i.paddingHeight, paddingWidth = i.paddingWidth;
  const dilationHeight = i.dilationHeight, dilationWidth = i.dilationWidth;
  const h = i.h, w = i.w, c = i.c, bytes = <usize>c << 2;
  const scale: f32 = 1 / <f32>(kernelHeight * kernelWidth);
  let y = i.y;
  for (let image = 0, n = i.n; image < n; image++) {
    const x = i.x + <usize>(image * h * w) * bytes;
    for (let row = 0; row < outHeight; row++) {
      for (let column = 0; column < outWidth; column++) {
        memory.fill(y, 0, bytes);
        for (let ky = 0; ky < kernelHeight; ky++) {
          const line = row * strideHeight - paddingHeight + ky * dilationHeight;
          if (line < 0 || line >= h) continue;
          for (let kx = 0; kx < kernelWidth; kx++) {
            const at = column * strideWidth - paddingWidth + kx * dilationWidth;
            if (at >= 0 && at < w) addTo(y, x + <usize>(line * w + at) * bytes, c);
          }
        }
        for (let at: usize = 0; at < bytes; at += 4) store<f32>(y + at, load<f32>(y + at) * scale);
        y += bytes;
      }
    }
  }
}

/** y[n, h, w, c] = the sum of g[n, outHeight, outWidth, c] over the windows that an element is in, divided by their size. */
export function averagePool2dGradient(i: Operands): void {
  const outHeight = i.outHeight, outWidth = i.outWidth, kernelHeight = i.kernelHeight, kernelWidth = i.kernelWidth;
  const strideHeight = i.strideHeight, strideWidth = i.strideWidth, paddingHeight = i.paddingHeight, paddingWidth = i.paddingWidth;
  const dilationHeight = i.dilationHeight, dilationWidth = i.dilationWidth;
  const h = i.h, w = i.w, c = i.c, bytes = <usize>c << 2;
  const scale: f32 = 1 / <f32>(kernelHeight * kernelWidth);
  const all = <usize>(i.n * h * w) * bytes;
  memory.fill(i.y, 0, all);
  let g = i.g;
  for (let image = 0, n = i.n; image < n; image++) {
    const y = i.y + <usize>(image * h * w) * bytes;
    for (let row = 0; row < outHeight; row++) {
      for (let column = 0; column < outWidth; column++) {
        for (let ky = 0; ky < kernelHeight; ky++) {
          const line = row * strideHeight - paddingHeight + ky * dilationHeight;
          if (line < 0 || line >= h) continue;
          for (let kx = 0; kx < kernelWidth; kx++) {
            const at = column * strideWidth - paddingWidth + kx * dilationWidth;
            if (at >= 0 && at < w) addTo(y + <usize>(line * w + at) * bytes, g, c);
          }
        }
        g += bytes;
      }
    }
  }
  for (let at: usize = 0; at < all; at += 4) store<f32>(i.y + at, load<f32>(i.y + at) * scale);
}
