// A random permutation of 0 … n − 1 of which any element can be had by itself, without storing the others:
// a Feistel network over the next power of two, walked along until it lands below n
// (Black & Rogaway, "Ciphers with arbitrary finite domains", CT-RSA 2002).

import { philox } from './philox';

const ROUNDS: usize = 8;

/** Writes the 64 bytes of keys of permutation number `which` of `stream` at `keys`. */
export function permutationKeys(keys: usize, seed: usize, which: u32, stream: u32): void {
  philox(keys, seed, 0, which, stream);
}

/** Element i of the permutation of 0 … n − 1 that the keys stand for. */
export function permuted(i: u32, n: u32, keys: usize): u32 {
  return i32x4.extract_lane(permuted4(i32x4.splat(i), n, keys), 0);
}

/** Elements i, four of them below n, each by itself. */
export function permuted4(i: v128, n: u32, keys: usize): v128 {
  const bits: u32 = n > 2 ? 32 - clz<u32>(n - 1) : 2;
  const rightBits = bits >> 1;
  const leftMask = i32x4.splat((1 << (bits - rightBits)) - 1), rightMask = i32x4.splat((1 << rightBits) - 1);
  let x = i, outside = i32x4.splat(-1);
  do {
    let left = i32x4.shr_u(x, rightBits), right = v128.and(x, rightMask);
    for (let key = keys, end = keys + (ROUNDS << 2); key < end; key += 8) {
      left = v128.xor(left, v128.and(mix(v128.xor(right, v128.load32_splat(key))), leftMask));
      right = v128.xor(right, v128.and(mix(v128.xor(left, v128.load32_splat(key, 4))), rightMask));
    }
    x = v128.bitselect(v128.or(i32x4.shl(left, rightBits), right), x, outside);
    outside = i32x4.ge_u(x, i32x4.splat(n));
  } while (v128.any_true(outside));
  return x;
}

/** The finalizer of MurmurHash3 (Appleby, public domain). */
// @ts-ignore: only AssemblyScript has decorators of functions
@inline
function mix(x: v128): v128 {
  x = i32x4.mul(v128.xor(x, i32x4.shr_u(x, 16)), i32x4.splat(0x85ebca6b));
  x = i32x4.mul(v128.xor(x, i32x4.shr_u(x, 13)), i32x4.splat(0xc2b2ae35));
  return v128.xor(x, i32x4.shr_u(x, 16));
}
