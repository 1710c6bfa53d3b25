// The random numbers of the core once more, plainly: Philox4x32-10 in integers of any length.
// Salmon, Moraes, Dror & Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011.

import { hashName } from '../graph/hash.ts';
import { item, range } from './item.ts';

type Words = readonly [number, number, number, number];

/** The counter, encrypted with the key. */
export function philox(counter: Words, key: readonly [number, number]): Words {
  let [c0, c1, c2, c3] = counter;
  let [k0, k1] = key;
  for (let round = 0; round < 10; round++) {
    const [high0, low0] = product(c0, 0xd2511f53);
    const [high1, low1] = product(c2, 0xcd9e8d57);
    [c0, c1, c2, c3] = [(high1 ^ c1 ^ k0) >>> 0, low1, (high0 ^ c3 ^ k1) >>> 0, low0];
    k0 = (k0 + 0x9e3779b9) >>> 0;
    k1 = (k1 + 0xbb67ae85) >>> 0;
  }
  return [c0, c1, c2, c3];
}

function product(a: number, b: number): [high: number, low: number] {
  const exact = BigInt(a) * BigInt(b);
  return [Number(exact >> 32n), Number(exact & 0xffffffffn)];
}

/** What a stream's numbers are a function of, besides their index. */
export interface Key {
  readonly seed: readonly [number, number];
  readonly step: number;
  readonly stream: string;
}

/** Word number `index` of a stream at a step. */
export function word({ seed, step, stream }: Key, index: number): number {
  const block = Math.floor(index / 16);
  const [lane, which] = [index % 4, Math.floor(index / 4) % 4];
  return item(philox([4 * block + lane, step, hashName(stream), 0], seed), which);
}

/** The upper 24 bits of a word as a fraction. */
export function uniform(key: Key, index: number): number {
  return (word(key, index) >>> 8) / 2 ** 24;
}

/** Box & Muller: the radius from the uniform number 4 places away that comes first, the angle from the second. */
export function normal(key: Key, index: number): number {
  const isSecond = Math.floor(index / 4) % 2 === 1;
  const [first, second] = isSecond ? [index - 4, index] : [index, index + 4];
  const radius = Math.sqrt(-2 * Math.log(1 - uniform(key, first)));
  const angle = 2 * Math.PI * uniform(key, second);
  return radius * (isSecond ? Math.sin(angle) : Math.cos(angle));
}

/** Permutation number `step` of 0 … n − 1: a Feistel network of 8 rounds, walked along until it lands below n. */
export function permutation(key: Key, n: number): number[] {
  const keys = range(8, (i) => word(key, i));
  const bits = n > 2 ? 32 - Math.clz32(n - 1) : 2;
  const rightBits = Math.floor(bits / 2);
  const [leftMask, rightMask] = [2 ** (bits - rightBits) - 1, 2 ** rightBits - 1];
  const once = (x: number): number => {
    let [left, right] = [x >>> rightBits, x & rightMask];
    for (let round = 0; round < 8; round += 2) {
      left = (left ^ (finalize(right ^ item(keys, round)) & leftMask)) >>> 0;
      right = (right ^ (finalize(left ^ item(keys, round + 1)) & rightMask)) >>> 0;
    }
    return left * 2 ** rightBits + right;
  };
  return range(n, (i) => {
    let x = once(i);
    while (x >= n) x = once(x);
    return x;
  });
}

/** The finalizer of MurmurHash3. */
function finalize(word: number): number {
  let x = word;
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return x ^ (x >>> 16);
}
