// Host data: from nested lists, from typed arrays, and what is no tensor.

import { describe, expect, it } from 'vitest';
import { rowCount, rowSize, type Tensor, tensor } from './tensor.ts';

describe('tensor', () => {
  it.each<[string, Tensor, number[], number[]]>([
    ['of a list', tensor([1, 2, 3]), [3], [1, 2, 3]],
    [
      'of rows',
      tensor([
        [0, 1],
        [2, 3],
        [4, 5],
      ]),
      [3, 2],
      [0, 1, 2, 3, 4, 5],
    ],
    [
      'of three axes',
      tensor([
        [[1], [2]],
        [[3], [4]],
      ]),
      [2, 2, 1],
      [1, 2, 3, 4],
    ],
    ['of nothing', tensor([]), [0], []],
    ['of rows of nothing', tensor([[], []]), [2, 0], []],
    ['of an array', tensor(Int32Array.of(1, 2)), [2], [1, 2]],
    ['of an array and a shape', tensor(Uint8Array.of(1, 2, 3, 4, 5, 6), [3, 1, 2]), [3, 1, 2], [1, 2, 3, 4, 5, 6]],
    ['of a scalar', tensor(Float32Array.of(7), []), [], [7]],
    ['of no rows', tensor(new Float32Array(), [0, 5]), [0, 5], []],
  ])('%s', (_, { data, shape }, expectedShape, expected) => {
    expect(shape).toEqual(expectedShape);
    expect(Array.from(data)).toEqual(expected);
  });

  it('is float32 from lists, with NaN and infinities', () => {
    const { data } = tensor([0.1, Number.NaN, Number.NEGATIVE_INFINITY, -0]);
    expect(data).toEqual(Float32Array.of(0.1, Number.NaN, Number.NEGATIVE_INFINITY, -0));
  });

  it('keeps a typed array as it is', () => {
    const data = Uint8Array.of(1, 2, 3);
    expect(tensor(data, [3]).data).toBe(data);
  });

  it('knows the number and the size of its rows', () => {
    const of = (...shape: number[]): number[] => {
      const made = tensor(new Uint8Array(shape.reduce((a, b) => a * b, 1)), shape);
      return [rowCount(made), rowSize(made)];
    };
    expect([of(4, 2, 3), of(4), of(), of(0, 3)]).toEqual([
      [4, 6],
      [4, 1],
      [1, 1],
      [0, 3],
    ]);
  });
});

describe('errors', () => {
  const any = (values: unknown, shape?: unknown) => () => Reflect.apply(tensor, undefined, [values, shape]);

  it.each<[string, () => unknown]>([
    ['tensor: rows must have equal lengths and hold numbers, expected 2, got 1', any([[1, 2], [3]])],
    ['tensor: rows must have equal lengths and hold numbers, expected 2, got a number', any([[1, 2], 3])],
    ['tensor: rows must have equal lengths and hold numbers, expected a number, got 1', any([1, [2]])],
    ['tensor: rows must have equal lengths and hold numbers, expected a number, got 2', any([1, '2'])],
    ['tensor: rows must have equal lengths and hold numbers, expected a number, got null', any([1, null])],
    ['tensor: shape [2, 2] has 4 elements, got 3', any(Float32Array.of(1, 2, 3), [2, 2])],
    ['tensor: the shape must be whole numbers, got [1.5, 2]', any(Float32Array.of(1, 2, 3), [1.5, 2])],
    ['tensor: the shape must be whole numbers, got [-1, -3]', any(Float32Array.of(1, 2, 3), [-1, -3])],
    ['tensor: expected nested lists of numbers, or a Float32Array, Int32Array or Uint8Array, got 3', any(3)],
    ['tensor: the shape must be a list, got 3; write [n, …]', any(Float32Array.of(1, 2, 3), 3)],
    [
      'tensor: nested lists have a shape of their own, [4], got [2, 2]; give a Float32Array and a shape',
      any([1, 2, 3, 4], [2, 2]),
    ],
    [
      'tensor: expected nested lists of numbers, or a Float32Array, Int32Array or Uint8Array, got an instance of Float64Array',
      any(Float64Array.of(1, 2)),
    ],
    [
      'tensor: expected nested lists of numbers, or a Float32Array, Int32Array or Uint8Array, got undefined',
      any(undefined),
    ],
  ])('%s', (message, build) => {
    expect(build).toThrow(message);
  });
});
