// Random numbers, each a function of (seed, step, stream, index). A stream is the hash of a name.

import { Instruction } from './instruction';
import { storeSome } from './lanes';
import { cos4, log4, sin4 } from './math';
import { permutationKeys, permuted, permuted4 } from './permutation';
import { BLOCK, philox } from './philox';

@unmanaged
class Draw extends Instruction {
  y: usize;
  scratch: usize;
  seed: usize;
  step: usize;
  stream: u32;
  n: i32;
  parameter: usize;
}

/** Fills y[n] with what f makes of blocks of 16 random words. */
function draw<F>(i: Draw): void {
  const y = i.y, scratch = i.scratch, seed = i.seed, stream = i.stream, parameter = i.parameter;
  const step = load<u32>(i.step);
  const bytes = <usize>i.n << 2;
  let block: u32 = 0;
  for (let at: usize = 0; at < bytes; at += BLOCK) {
    const to = bytes - at >= BLOCK ? y + at : scratch;
    philox(to, seed, block++, step, stream);
    changetype<F>(0).of(to, parameter);
    if (to == scratch) memory.copy(y + at, scratch, bytes - at);
  }
}

/** Uniform in [0, 1): the upper 24 bits of each word. */
// @ts-ignore: only AssemblyScript has decorators of functions
@inline
function unit(words: v128): v128 {
  return f32x4.mul(f32x4.convert_i32x4_u(i32x4.shr_u(words, 8)), f32x4.splat(5.9604644775390625e-8));
}

@final @unmanaged class Uniform {
  @inline of(at: usize, _: usize): void {
    for (const end = at + BLOCK; at < end; at += 16) v128.store(at, unit(v128.load(at)));
  }
}
export function randomUniform(i: Draw): void { draw<Uniform>(i); }

/** Two normal deviates from two uniform ones: Box & Muller, Ann. Math. Statist. 29, 1958. At most 5.8 in size. */
@final @unmanaged class Normal {
  @inline of(at: usize, _: usize): void {
    for (const end = at + BLOCK; at < end; at += 32) {
      const u = f32x4.sub(f32x4.splat(1), unit(v128.load(at)));
      const radius = f32x4.sqrt(f32x4.mul(f32x4.splat(-2), log4(u)));
      const angle = f32x4.mul(f32x4.splat(6.283185307179586), unit(v128.load(at, 16)));
      v128.store(at, f32x4.mul(radius, cos4(angle)));
      v128.store(at, f32x4.mul(radius, sin4(angle)), 16);
    }
  }
}
export function randomNormal(i: Draw): void { draw<Normal>(i); }

/** 0 where a uniform deviate is below the rate, else 1 / (1 − rate). */
@final @unmanaged class Dropout {
  @inline of(at: usize, rate: usize): void {
    const p = v128.load32_splat(rate);
    const kept = f32x4.div(f32x4.splat(1), f32x4.sub(f32x4.splat(1), p));
    for (const end = at + BLOCK; at < end; at += 16) {
      v128.store(at, v128.and(kept, f32x4.ge(unit(v128.load(at)), p)));
    }
  }
}
export function dropoutMask(i: Draw): void { draw<Dropout>(i); }

@unmanaged
class DrawDouble extends Instruction {
  y: usize;
  scratch: usize;
  seed: usize;
  step: usize;
  stream: u32;
}

/** y = one float64, uniform in [0, 1): 53 bits of the first two words. */
export function uniformDouble(i: DrawDouble): void {
  philox(i.scratch, i.seed, 0, load<u32>(i.step), i.stream);
  const bits = (<u64>load<u32>(i.scratch) << 21) ^ (load<u32>(i.scratch, 16) >> 11);
  store<f64>(i.y, <f64>bits * 1.1102230246251565e-16);
}

@unmanaged
class Minibatch extends Instruction {
  y: usize;
  scratch: usize;
  seed: usize;
  step: usize;
  stream: u32;
  n: u32;
  batch: u32;
}

/** y[batch] (int32): positions step · batch, … of an endless run through permutations of 0 … n − 1, one per epoch. */
export function minibatch(i: Minibatch): void {
  const y = i.y, keys = i.scratch, n = i.n, batch = i.batch;
  const first = <u64>load<u32>(i.step) * batch;
  let epoch = <u32>(first / n);
  let at = <u32>(first % n);
  permutationKeys(keys, i.seed, epoch, i.stream);
  for (let k: u32 = 0; k < batch;) {
    const count = min(min<u32>(batch - k, n - at), 4);
    // Beyond the last element, that one again.
    const positions = i32x4.min_u(i32x4.add(i32x4.splat(at), i32x4(0, 1, 2, 3)), i32x4.splat(n - 1));
    const to = y + (<usize>k << 2), elements = permuted4(positions, n, keys);
    if (count == 4) v128.store(to, elements);
    else storeSome(to, elements, count);
    k += count;
    at += count;
    if (at == n) {
      at = 0;
      permutationKeys(keys, i.seed, ++epoch, i.stream);
    }
  }
}

@unmanaged
class Sparsify extends Instruction {
  y: usize;
  scratch: usize;
  x: usize;
  seed: usize;
  step: usize;
  stream: u32;
  r: u32;
  c: u32;
  keep: u32;
}

/** y[r, c] = x with all but `keep` entries of every column set to zero; y must not be x. */
export function sparsifyColumns(i: Sparsify): void {
  const y = i.y, x = i.x, keys = i.scratch, r = i.r, c = i.c, keep = i.keep, stream = i.stream;
  const columnsBefore = load<u32>(i.step) * c;
  memory.fill(y, 0, <usize>(r * c) << 2);
  for (let column: u32 = 0; column < c; column++) {
    permutationKeys(keys, i.seed, columnsBefore + column, stream);
    for (let k: u32 = 0; k < keep; k++) {
      const at = <usize>(permuted(k, r, keys) * c + column) << 2;
      store<f32>(y + at, load<f32>(x + at));
    }
  }
}
