import fc from 'fast-check';
import { expect, test } from 'vitest';
import { permutation } from '../testing/philox.ts';
import { shuffled } from './shuffled.ts';
import { tensor } from './tensor.ts';

const numbered = (rows: number) => tensor(Int32Array.from({ length: rows }, (_, i) => i));

test('every row comes once, in one order for all tensors, and nothing else is touched', () => {
  fc.assert(
    fc.property(fc.nat(50), fc.maxSafeNat(), (rows, seed) => {
      const twice = tensor(
        Float32Array.from({ length: 2 * rows }, (_, i) => Math.floor(i / 2)),
        [rows, 2],
      );
      const [x, z] = shuffled([twice, numbered(rows)], seed);
      expect([...z.data].sort((a, b) => a - b)).toEqual([...numbered(rows).data]);
      expect([...x.data]).toEqual([...z.data].flatMap((row) => [row, row]));
      expect(twice.data[0] ?? 0).toBe(0);
    }),
  );
});

test('the order is the permutation of (seed, "shuffle") and no other', () => {
  const [order] = shuffled([numbered(1000)], 2 ** 40 + 7);
  expect([...order.data]).toEqual(permutation({ seed: [7, 2 ** 8], step: 0, stream: 'shuffle' }, 1000));
  expect(shuffled([numbered(1000)], 8)[0]).not.toEqual(order);
});

test('refuses seeds that are none and tensors that do not fit', () => {
  expect(() => shuffled([numbered(3), numbered(4)], 1)).toThrow('equally many rows, got 3, 4');
  expect(() => Reflect.apply(shuffled, undefined, [numbered(3), 1])).toThrow(
    'shuffled: expected a list of tensors, got a tensor; put them into a list, as in [x, z]',
  );
  expect(() => shuffled([numbered(0)], -1)).toThrow('shuffled: the seed must be a whole number');
});
