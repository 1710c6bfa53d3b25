import fc from 'fast-check';
import { expect, expectTypeOf, test } from 'vitest';
import { oneHot, rowsWhere, scaled, split } from './split.ts';
import { type Tensor, tensor } from './tensor.ts';

test('parts are consecutive views that together are the whole', () => {
  const counts = fc.array(fc.integer({ min: 0, max: 7 }), { minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(counts, fc.integer({ min: 0, max: 3 }), fc.integer({ min: 1, max: 4 }), (counts, left, width) => {
      const rows = counts.reduce((sum, count) => sum + count, left);
      const x = tensor(
        Float32Array.from({ length: rows * width }, (_, i) => i),
        [rows, width],
      );
      const z = tensor(
        Uint8Array.from({ length: rows }, (_, i) => i),
        [rows],
      );
      const parts = split([x, z], counts);
      expect(parts.map(([x]) => x.shape)).toEqual(counts.map((count) => [count, width]));
      expect(parts.map(([, z]) => z.shape)).toEqual(counts.map((count) => [count]));
      expect(parts.flatMap(([x]) => [...x.data])).toEqual([...x.data.subarray(0, (rows - left) * width)]);
      expect(parts.flatMap(([, z]) => [...z.data])).toEqual([...z.data.subarray(0, rows - left)]);
      for (const [part] of parts) expect(part.data.buffer).toBe(x.data.buffer);
    }),
  );
});

test('types of tensors and numbers of parts are kept', () => {
  const parts = split([tensor([[1], [2], [3]]), tensor(Uint8Array.of(1, 2, 3))], [2, 1]);
  expectTypeOf(parts).toEqualTypeOf<
    [[Tensor<Float32Array>, Tensor<Uint8Array<ArrayBuffer>>], [Tensor<Float32Array>, Tensor<Uint8Array<ArrayBuffer>>]]
  >();
  const [[x], [, z]] = parts;
  expect([...x.data, ...z.data]).toEqual([1, 2, 3]);
});

test.each([
  [[tensor([[1], [2]]), tensor([1, 2, 3])], [1], 'equally many rows, got 2, 3'],
  [[tensor([1, 2, 3])], [2, 2], '2 + 2 = 4 rows, but the tensors have 3'],
  [[tensor([1, 2, 3])], [1.5], 'whole numbers, got 1.5'],
  [[tensor([1, 2, 3])], [4, -1], 'whole numbers, got 4, -1'],
  [[tensor([1, 2, 3])], [Number.NaN], 'whole numbers, got NaN'],
  [[tensor(Float32Array.of(1), [])], [1], 'a scalar has no rows'],
  [[], [1], 'at least one tensor'],
])('split refuses what does not fit', (tensors, counts, message) => {
  expect(() => split(tensors, counts)).toThrow(message);
});

test.each<[string, (...given: never[]) => unknown, unknown[]]>([
  ['split: expected a list of tensors, got a tensor; put them into a list, as in [x, z]', split, [tensor([1]), [1]]],
  ['split: expected a tensor, got the list [1, 2]; tensor(…) makes one', split, [[[1, 2]], [1]]],
  ['split: the counts of rows must be a list, one for each part, got 80', split, [[tensor([1])], 80]],
  [
    'rowsWhere: expected a list of tensors, got a tensor; put them into a list, as in [x, z]',
    rowsWhere,
    [tensor([1]), () => true],
  ],
  ['oneHot: expected a tensor, got the list [0, 1]; tensor(…) makes one', oneHot, [[0, 1], 2]],
  ['scaled: expected a tensor, got a list; tensor(…) makes one', scaled, [[tensor([1])], 2]],
  ['scaled: factor must be a number, got undefined', scaled, [tensor([1])]],
])('%s', (message, call, given) => {
  expect(() => Reflect.apply(call, undefined, given)).toThrow(message);
});

test('oneHot', () => {
  const hot = tensor([
    [0, 0, 1],
    [1, 0, 0],
  ]);
  expect(oneHot(tensor(Uint8Array.of(2, 0)), 3)).toEqual(hot);
  expect(oneHot(tensor([[2], [0]]), 3)).toEqual(hot);
  expect(() => oneHot(tensor([0, 3]), 3)).toThrow('from 0 to 2, got 3 in row 1');
  expect(() => oneHot(tensor([0.5]), 3)).toThrow('got 0.5 in row 0');
  expect(() => oneHot(tensor(Int32Array.of(-1)), 3)).toThrow('got -1 in row 0');
  expect(() => oneHot(tensor([[1, 2]]), 3)).toThrow('got shape [1, 2]');
  expect(() => oneHot(tensor([1]), 0)).toThrow('classes must be a whole number from 1 on, got 0');
});

test('scaled is a float32 copy', () => {
  const bytes = tensor(Uint8Array.of(0, 51, 255), [3, 1]);
  const copy = scaled(bytes, 1 / 255);
  expect(copy).toEqual({ data: Float32Array.of(0, 51 * (1 / 255), 1), shape: [3, 1] });
  const same = tensor([1, 2]);
  expect(scaled(same, 1).data).not.toBe(same.data);
});
