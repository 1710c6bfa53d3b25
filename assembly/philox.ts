// The source of all randomness: a counter is encrypted, the key is the seed. No state, any number at once.
// Philox4x32-10: Salmon, Moraes, Dror & Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011.

const M0: u32 = 0xd2511f53;
const M1: u32 = 0xcd9e8d57;
const W0: u32 = 0x9e3779b9;
const W1: u32 = 0xbb67ae85;

/** Bytes that one call writes: 16 words. */
export const BLOCK: usize = 64;

// @ts-ignore: only AssemblyScript has decorators of functions
@inline
function high(x: v128, m: v128): v128 {
  const low = i64x2.extmul_low_i32x4_u(x, m), up = i64x2.extmul_high_i32x4_u(x, m);
  return i8x16.shuffle(low, up, 4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23, 28, 29, 30, 31);
}

/**
 * Encrypts the four counters (4 block + lane, a, b, 0), lane 0 to 3, with the key of two words at `seed`, and stores
 * 16 words at `to`: word w of lane l is number 4 w + l.
 */
export function philox(to: usize, seed: usize, block: u32, a: u32, b: u32): void {
  const m0 = i32x4.splat(M0), m1 = i32x4.splat(M1);
  let c0 = i32x4.add(i32x4.splat(block << 2), i32x4(0, 1, 2, 3));
  let c1 = i32x4.splat(a), c2 = i32x4.splat(b), c3 = i32x4.splat(0);
  let k0 = load<u32>(seed), k1 = load<u32>(seed, 4);
  for (let round = 0; round < 10; round++) {
    const h0 = high(c0, m0), h1 = high(c2, m1);
    const l0 = i32x4.mul(c0, m0), l1 = i32x4.mul(c2, m1);
    c0 = v128.xor(v128.xor(h1, c1), i32x4.splat(k0));
    c1 = l1;
    c2 = v128.xor(v128.xor(h0, c3), i32x4.splat(k1));
    c3 = l0;
    k0 += W0;
    k1 += W1;
  }
  v128.store(to, c0);
  v128.store(to, c1, 16);
  v128.store(to, c2, 32);
  v128.store(to, c3, 48);
}
