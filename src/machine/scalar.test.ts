// Single doubles from the core, against an independent implementation of the random numbers.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hashName } from '../graph/hash.ts';
import { philox } from '../testing/philox.ts';
import { exp, log, permuted, uniform } from './scalar.ts';

describe('the independent philox', () => {
  // Known answers: file kat_vectors of Random123 1.14, lines "philox4x32 10".
  it('gives the known answers', () => {
    const words = (...[counter, key]: Parameters<typeof philox>) =>
      philox(counter, key).map((word) => word.toString(16));
    expect(words([0, 0, 0, 0], [0, 0])).toEqual(['6627e8d5', 'e169c58d', 'bc57ac4c', '9b00dbd8']);
    expect(words([0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344], [0xa4093822, 0x299f31d0])).toEqual([
      'd16cfe09',
      '94fdcceb',
      '5001e420',
      '24126ea1',
    ]);
  });
});

describe('uniform', () => {
  const seeds = fc.maxSafeNat();
  const indices = fc.integer({ min: 0, max: 2 ** 32 - 1 });

  it('takes 53 bits of the block that (seed, index, stream) stand for', () => {
    fc.assert(
      fc.property(seeds, indices, fc.string(), (seed, index, stream) => {
        const [first, second] = philox([0, index, hashName(stream), 0], [seed >>> 0, Math.floor(seed / 2 ** 32)]);
        expect(uniform(seed, index, stream)).toBe((first * 2 ** 21 + (second >>> 11)) / 2 ** 53);
      }),
    );
  });

  it('refuses seeds and indices that it would have to cut off', () => {
    expect(() => uniform(-1, 0, '')).toThrow('the seed must be a whole number from 0 to 2^53 - 1, got -1');
    expect(() => uniform(2 ** 53, 0, '')).toThrow('seed');
    expect(() => uniform(0.5, 0, '')).toThrow('seed');
    expect(() => uniform(0, 2 ** 32, '')).toThrow('index');
  });
});

describe('permuted', () => {
  it('goes through one permutation after the other', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), fc.integer({ min: 1, max: 50 }), fc.nat(1000), (seed, n, which) => {
        const values = Array.from({ length: n }, (_, i) => permuted(seed, which * n + i, n, 'a'));
        expect(values.sort((a, b) => a - b)).toEqual(Array.from({ length: n }, (_, i) => i));
      }),
    );
  });

  it.each([2, 3, 4])('gives all permutations of %i with about the same probability', (n) => {
    const draws = 24_000;
    const counts = new Map<string, number>();
    for (let which = 0; which < draws; which++) {
      const key = Array.from({ length: n }, (_, i) => permuted(1, which * n + i, n, 'b')).join();
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    const kinds = Array.from({ length: n }, (_, i) => i + 1).reduce((product, i) => product * i, 1);
    expect(counts.size).toBe(kinds);
    const expected = draws / kinds;
    const chiSquare = [...counts.values()].reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
    // Mean kinds - 1, variance twice that.
    expect(chiSquare).toBeLessThan(kinds - 1 + 4 * Math.sqrt(2 * (kinds - 1)));
  });

  it('refuses an n that is no number of elements', () => {
    expect(() => permuted(0, 0, 0, '')).toThrow('n must be');
    expect(() => permuted(0, 0, 2 ** 32, '')).toThrow('n must be');
  });
});

describe('exp and log', () => {
  it('are those of the core', () => {
    expect(exp(0)).toBe(1);
    expect(exp(1)).toBe(Math.E);
    expect(exp(1000)).toBe(Number.POSITIVE_INFINITY);
    expect(log(1)).toBe(0);
    expect(log(0)).toBe(Number.NEGATIVE_INFINITY);
    expect(log(-1)).toBeNaN();
    fc.assert(
      fc.property(fc.double({ min: -700, max: 700, noNaN: true }), (x) => {
        expect(Math.abs(log(exp(x)) - x)).toBeLessThanOrEqual(4e-16 * Math.max(1, Math.abs(x)));
      }),
    );
  });
});
