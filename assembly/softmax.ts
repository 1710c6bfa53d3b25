// Functions of whole rows of logits x[r, c]. The row's maximum is taken off first, so nothing overflows.

import { isBelow } from './bounds';
import { Instruction } from './instruction';
import { loadSome, storeSome } from './lanes';
import { Exponential, Logarithm, mapFloats } from './loop';
import { log4 } from './math';
import { total } from './sum';

/** Largest of x[c]; where one is NaN, any of them: the sum of the exponentials is NaN all the same. */
function largest(x: usize, c: i32): f32 {
  let m = v128.load32_splat(x);
  if (c < 4) {
    for (let j: usize = 1; j < <usize>c; j++) m = f32x4.pmax(m, v128.load32_splat(x + (j << 2)));
    return f32x4.extract_lane(m, 0);
  }
  // The last four may be some of those before once more.
  const last = x + (<usize>(c - 4) << 2);
  m = v128.load(last);
  for (; x < last; x += 16) m = f32x4.pmax(m, v128.load(x));
  m = f32x4.pmax(m, i32x4.shuffle(m, m, 2, 3, 0, 1));
  return f32x4.extract_lane(f32x4.pmax(m, i32x4.shuffle(m, m, 1, 0, 3, 2)), 0);
}

/** y[c] ← scale y. */
function scaleBy(y: usize, c: i32, scale: f32): void {
  const s = f32x4.splat(scale);
  let at: usize = 0;
  for (const end = <usize>(c & ~3) << 2; at < end; at += 16) v128.store(y + at, f32x4.mul(v128.load(y + at), s));
  for (const end = <usize>c << 2; at < end; at += 4) store<f32>(y + at, load<f32>(y + at) * scale);
}

/** Floats that are computed at a time: they stay in the first-level cache. The same number stands in src/graph/ops/softmax.ts. */
const BLOCK: i32 = 2048;

/** y[r, c] = exp(x − the largest of its row). Exponentials go over rows without a seam, for rows may be short. */
function expRows(y: usize, x: usize, r: i32, c: i32): void {
  const bytes = <usize>c << 2;
  for (let to = y, end = y + <usize>r * bytes; to < end; to += bytes) {
    subtract(to, x, c, largest(x, c));
    x += bytes;
  }
  mapFloats<Exponential>(y, y, r * c);
}

/** y[c] = x[c] − shift. */
function subtract(y: usize, x: usize, c: i32, shift: f32): void {
  const s = f32x4.splat(shift);
  let at: usize = 0;
  for (const end = <usize>(c & ~3) << 2; at < end; at += 16) v128.store(y + at, f32x4.sub(v128.load(x + at), s));
  const rest = c & 3;
  if (rest) storeSome(y + at, f32x4.sub(loadSome(x + at, rest), s), rest);
}

/** Σ x[c], in the order of vectors. */
function sumVectors(x: usize, c: i32): f32 {
  let sum = f32x4.splat(0);
  let at: usize = 0;
  for (const end = <usize>(c & ~3) << 2; at < end; at += 16) sum = f32x4.add(sum, v128.load(x + at));
  const first = f32x4.extract_lane(sum, 0) + f32x4.extract_lane(sum, 1);
  let all = first + (f32x4.extract_lane(sum, 2) + f32x4.extract_lane(sum, 3));
  for (const end = <usize>c << 2; at < end; at += 4) all += load<f32>(x + at);
  return all;
}

@unmanaged
class Rows extends Instruction {
  y: usize;
  x: usize;
  r: i32;
  c: i32;
}

/** y = eˣ / Σ eˣ along each row. */
export function softmax(i: Rows): void {
  const c = i.c, bytes = <usize>c << 2;
  const block = max(1, BLOCK / c);
  let y = i.y;
  for (let row = 0, r = i.r; row < r; row++) {
    if (row % block == 0) expRows(y, i.x + <usize>row * bytes, min(block, r - row), c);
    const scale: f32 = 1 / <f32>total(y, c);
    scaleBy(y, c, scale);
    y += bytes;
  }
}

/** y = x − log Σ eˣ along each row. */
export function logSoftmax(i: Rows): void {
  const c = i.c, bytes = <usize>c << 2;
  const block = max(1, BLOCK / c);
  let y = i.y, x = i.x;
  for (let row = 0, r = i.r; row < r; row++) {
    if (row % block == 0) expRows(y, x, min(block, r - row), c);
    const m = largest(x, c), l = f32x4.extract_lane(log4(f32x4.splat(sumVectors(y, c))), 0);
    for (let at: usize = 0; at < bytes; at += 4) store<f32>(y + at, load<f32>(x + at) - m - l);
    y += bytes;
    x += bytes;
  }
}

@unmanaged
class CrossEntropy extends Instruction {
  y: usize;
  x: usize;
  target: usize;
  scratch: usize;
  r: i32;
  c: i32;
  targetColumns: i32;
}

/**
 * y[r] = −Σ target log softmax(x); the target is a class per row (targetColumns 1) or a distribution; `scratch` as
 * src/graph/ops/softmax.ts reserves it.
 */
export function softmaxCrossEntropy(i: CrossEntropy): void {
  const y = i.y, r = i.r, c = i.c, bytes = <usize>c << 2, targetColumns = i.targetColumns;
  const block = max(1, BLOCK / c);
  let x = i.x, target = i.target, exponentials = i.scratch;
  for (let row = 0; row < r; row++) {
    if (row % block == 0) {
      exponentials = i.scratch;
      expRows(exponentials, x + <usize>row * bytes, min(block, r - row), c);
    }
    store<f32>(y + (<usize>row << 2), sumVectors(exponentials, c));
    exponentials += bytes;
  }
  mapFloats<Logarithm>(y, y, r);
  for (let row: usize = 0; row < <usize>r; row++) {
    const m = largest(x, c), l = load<f32>(y + (row << 2));
    let loss: f32 = 0;
    if (targetColumns == 1) {
      const label = load<f32>(target);
      loss = isBelow(label, c) ? l - (load<f32>(x + (<usize>label << 2)) - m) : f32.NaN;
    } else {
      for (let at: usize = 0; at < bytes; at += 4) loss += load<f32>(target + at) * (l - (load<f32>(x + at) - m));
    }
    store<f32>(y + (row << 2), loss);
    x += bytes;
    target += <usize>targetColumns << 2;
  }
}

@unmanaged
class CrossEntropyGradient extends Instruction {
  y: usize;
  g: usize;
  x: usize;
  target: usize;
  r: i32;
  c: i32;
  targetColumns: i32;
  gRow: i32;
}

/** y = g (Σ target · softmax(x) − target), with one g per row, or one for all (gRow 0). */
export function softmaxCrossEntropyGradient(i: CrossEntropyGradient): void {
  const c = i.c, bytes = <usize>c << 2, targetColumns = i.targetColumns, gRow = <usize>i.gRow << 2;
  let y = i.y, target = i.target, g = i.g;
  const block = max(1, BLOCK / c);
  for (let row = 0, r = i.r; row < r; row++) {
    if (row % block == 0) expRows(y, i.x + <usize>row * bytes, min(block, r - row), c);
    const outer = load<f32>(g);
    const mass: f32 = targetColumns == 1 ? 1 : <f32>total(target, c);
    const scale: f32 = outer * mass / <f32>total(y, c);
    scaleBy(y, c, scale);
    if (targetColumns == 1) {
      const label = load<f32>(target), hit = y + (<usize>label << 2);
      if (isBelow(label, c)) store<f32>(hit, load<f32>(hit) - outer);
      else scaleBy(y, c, f32.NaN);
    } else {
      for (let at: usize = 0; at < bytes; at += 4) store<f32>(y + at, load<f32>(y + at) - outer * load<f32>(target + at));
    }
    y += bytes;
    target += <usize>targetColumns << 2;
    g += gRow;
  }
}
