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
  const bits: u32 = n > 2 ? 32 - clz<u32>(n - 1) : 2;
  const rightBits = bits >> 1;
  const leftMask: u32 = (1 << (bits - rightBits)) - 1, rightMask: u32 = (1 << rightBits) - 1;
  let x = i;
  do {
    let left = x >> rightBits, right = x & rightMask;
    for (let key = keys, end = keys + (ROUNDS << 2); key < end; key += 8) {
      left ^= mix(right ^ load<u32>(key)) & leftMask;
      right ^= mix(left ^ load<u32>(key, 4)) & rightMask;
    }
    x = (left << rightBits) | right;
  } while (x >= n);
  return x;
}

/** The finalizer of MurmurHash3 (Appleby, public domain). */
function mix(x: u32): u32 {
  x ^= x >> 16;
  x *= 0x85ebca6b;
  x ^= x >> 13;
  x *= 0xc2b2ae35;
  return x ^ (x >> 16);
}
