import fc from 'fast-check';
import { expect, expectTypeOf, test } from 'vitest';
import { chunks, nextSteps, padded, windows } from './sequences.ts';
import { rowCount, type Tensor, tensor } from './tensor.ts';

/** Steps whose values tell where they are. */
const sequence = (steps: number, width = 2): Tensor<Int32Array> =>
  tensor(
    Int32Array.from({ length: steps * width }, (_, i) => i + 1),
    [steps, width],
  );

test('chunks follow each other and together are the whole', () => {
  fc.assert(
    fc.property(fc.nat(20), fc.integer({ min: 1, max: 25 }), (steps, length) => {
      const parts = chunks(sequence(steps), length);
      expect(parts.flatMap(({ data }) => [...data])).toEqual([...sequence(steps).data]);
      expect(parts.slice(0, -1).every((part) => rowCount(part) === length)).toBe(true);
      expect(parts.every((part) => rowCount(part) > 0)).toBe(true);
    }),
  );
  const whole = sequence(5);
  expect(chunks(whole, 2)[1]?.data.buffer).toBe(whole.data.buffer);
});

test('windows begin at every offset and hold that many steps', () => {
  const whole = tensor(Uint8Array.of(1, 2, 3, 4, 5));
  expect(windows(whole, 3)).toEqual(tensor(Uint8Array.of(1, 2, 3, 2, 3, 4, 3, 4, 5), [3, 3]));
  expect(windows(whole, 2, 2)).toEqual(tensor(Uint8Array.of(1, 2, 3, 4), [2, 2]));
  expect(windows(whole, 6)).toEqual(tensor(new Uint8Array(0), [0, 6]));
  fc.assert(
    fc.property(fc.nat(20), fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 }), (steps, size, offset) => {
      const { data, shape } = windows(sequence(steps), size, offset);
      const begins = Array.from({ length: steps }, (_, step) => step).filter(
        (step) => step % offset === 0 && step + size <= steps,
      );
      expect(shape).toEqual([begins.length, size, 2]);
      expect([...data]).toEqual(
        begins.flatMap((step) => [...sequence(steps).data.subarray(2 * step, 2 * (step + size))]),
      );
    }),
  );
});

test('padded sequences lie under ones of the mask, at the end that is asked for', () => {
  const [values, mask] = padded([
    tensor([[1, 2]]),
    tensor([
      [3, 4],
      [5, 6],
      [7, 8],
    ]),
  ]);
  expectTypeOf(values).toEqualTypeOf<Tensor<Float32Array>>();
  expect(values).toEqual(
    tensor([
      [
        [1, 2],
        [0, 0],
        [0, 0],
      ],
      [
        [3, 4],
        [5, 6],
        [7, 8],
      ],
    ]),
  );
  expect(mask).toEqual(tensor(Uint8Array.of(1, 0, 0, 1, 1, 1), [2, 3]));
  const [front, frontMask] = padded([tensor(Uint8Array.of(9))], { length: 3, front: true });
  expect(front).toEqual(tensor(Uint8Array.of(0, 0, 9), [1, 3]));
  expect(frontMask.data).toEqual(Uint8Array.of(0, 0, 1));
  fc.assert(
    fc.property(
      fc.array(fc.nat(6), { minLength: 1, maxLength: 5 }).filter((all) => Math.max(...all) > 0),
      fc.boolean(),
      (lengths, front) => {
        const all = lengths.map((steps) => sequence(steps, 1));
        const [{ data }, mask] = padded(all, { front });
        expect(data.filter((_, i) => mask.data[i])).toEqual(Int32Array.from(all.flatMap(({ data }) => [...data])));
        expect(data.filter((_, i) => !mask.data[i]).every((value) => value === 0)).toBe(true);
      },
    ),
  );
});

test('nextSteps are each step and the one behind it', () => {
  const values = tensor(Uint8Array.of(1, 2, 3, 4, 5, 6), [1, 3, 2]);
  const [inputs, targets] = nextSteps(values);
  expect(inputs).toEqual(tensor(Uint8Array.of(1, 2, 3, 4), [1, 2, 2]));
  expect(targets).toEqual(tensor(Uint8Array.of(3, 4, 5, 6), [1, 2, 2]));
  expect(
    nextSteps(
      tensor([
        [1, 2, 3],
        [4, 5, 6],
      ]),
    ),
  ).toEqual([
    tensor([
      [1, 2],
      [4, 5],
    ]),
    tensor([
      [2, 3],
      [5, 6],
    ]),
  ]);
  expect(nextSteps(tensor([[7], [8]]))[0].shape).toEqual([2, 0]);
});

test.each<[() => unknown, string]>([
  [() => nextSteps(tensor([1, 2])), 'nextSteps: the shape must be [n, t, …] with t > 0, got [2]'],
  [() => nextSteps(tensor([[]])), 'got [1, 0]'],
  [() => chunks(sequence(3), 0), 'chunks: the length must be a whole number from 1 on, got 0'],
  [() => windows(sequence(3), 1.5), 'windows: the size must be a whole number from 1 on, got 1.5'],
  [() => windows(sequence(3), 1, -1), 'windows: the offset must be a whole number from 1 on, got -1'],
  [() => padded([]), 'padded: expected at least one sequence, got none'],
  [() => padded([sequence(3), sequence(3, 1)]), 'one shape and type, [2], got [1] in sequence 1'],
  [() => padded<Tensor>([tensor([1]), tensor(Uint8Array.of(1))]), 'one shape and type, [], got [] in sequence 1'],
  [() => padded([sequence(3), sequence(4)], { length: 3 }), 'sequence 1 must have at most 3 steps, got 4'],
  [
    () => Reflect.apply(padded, undefined, [sequence(3)]),
    'padded: expected a list of tensors, got a tensor; put them into a list, as in [x, z]',
  ],
  [
    () => Reflect.apply(padded, undefined, [[sequence(3)], { size: 3 }]),
    "padded: unknown option, got 'size'; known are length, front",
  ],
  [
    () => Reflect.apply(padded, undefined, [[sequence(3)], 3]),
    'padded: expected an object with options, got 3; known are length, front',
  ],
  [
    () => Reflect.apply(windows, undefined, [[1, 2], 1]),
    'windows: expected a tensor, got the list [1, 2]; tensor(…) makes one',
  ],
  [
    () => Reflect.apply(chunks, undefined, [[1, 2], 1]),
    'chunks: expected a tensor, got the list [1, 2]; tensor(…) makes one',
  ],
  [
    () => Reflect.apply(nextSteps, undefined, [[[1, 2]]]),
    'nextSteps: expected a tensor, got a list; tensor(…) makes one',
  ],
  [() => padded([sequence(0)]), 'the length must be a whole number from 1 on, got 0'],
])('refuses what cannot be (%#)', (call, message) => {
  expect(call).toThrow(message);
});
