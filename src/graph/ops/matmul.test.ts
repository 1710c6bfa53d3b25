// The matrix product, bit by bit: sums in increasing k with one rounding per multiplication and addition, whatever the
// sizes, the tiles and the blocks; and nothing is written besides the product or read beyond the operands (`interpret`
// looks).

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { interpret } from '../../testing/interpret.ts';
import { item, range } from '../../testing/item.ts';
import { generator } from '../../testing/random.ts';
import { data, size } from '../node.ts';
import { matmul } from './index.ts';

const forms = [{}, { a: true }, { b: true }, { a: true, b: true }];

function check(m: number, k: number, n: number, transposed: { a?: boolean; b?: boolean }, seed: number): void {
  const random = generator(seed);
  const matrix = (rows: number, columns: number) =>
    data('matrix', Float32Array.from(range(rows * columns, () => 2 * random() - 1)), [rows, columns]);
  const a = transposed.a ? matrix(k, m) : matrix(m, k);
  const b = transposed.b ? matrix(n, k) : matrix(k, n);
  const y = matmul(a, b, transposed);
  expect(y.shape).toEqual([m, n]);

  const [x, w] = [a.leaf?.values ?? [], b.leaf?.values ?? []];
  const [aRow, aK] = transposed.a ? [1, m] : [k, 1];
  const [bK, bColumn] = transposed.b ? [1, k] : [n, 1];
  const atEnd = item([a, b, y], seed % 3);
  const [product = new Float32Array()] = interpret([y], new Map(), atEnd);
  expect(interpret([y], new Map(), atEnd, true)).toEqual([product]);
  let wrong = 0;
  for (let i = 0; i < size(y.shape); i++) {
    const [row, column] = [Math.floor(i / n), i % n];
    let sum = 0;
    for (let p = 0; p < k; p++) {
      sum = Math.fround(sum + Math.fround((x[row * aRow + p * aK] ?? 0) * (w[p * bK + column * bColumn] ?? 0)));
    }
    if (!Object.is(product[i], sum)) wrong++;
  }
  expect(wrong, `[${m}, ${k}] · [${k}, ${n}]`).toBe(0);
}

describe.each(forms)('%o', (transposed) => {
  it('equals the plain sums at sizes from 1 to 40', () => {
    const axis = fc.integer({ min: 1, max: 40 });
    fc.assert(
      fc.property(axis, axis, axis, fc.nat(), (m, k, n, seed) => check(m, k, n, transposed, seed)),
      { numRuns: 100, seed: 1 },
    );
  });

  // On both sides of the blocking constants KC 512, MC 128 and NC 1024, of the sizes up to which tiles or packing cost
  // more than they save (m n k = 256, n = 32), and with every width of the last tile.
  it.each([
    [3, 300, 17],
    [130, 257, 33],
    [130, 513, 33],
    [5, 700, 1030],
    [129, 9, 1040],
    [128, 256, 16],
    [257, 513, 5],
    [1, 1000, 1],
    [1, 1, 5000],
    [4097, 1, 1],
    [1, 784, 100],
    [1, 16, 16],
    [1, 257, 1],
    [2, 8, 16],
    [3, 8, 11],
    [5, 128, 32],
    [5, 128, 33],
    [33, 64, 64],
    [33, 64, 65],
    [8, 2, 16],
    [10, 7, 32],
    [11, 259, 48],
    [7, 256, 16],
    [7, 257, 15],
    [7, 512, 16],
    [7, 1025, 15],
    [3, 300, 40],
    ...range(16, (i): [number, number, number] => [3, 20, 17 + i]),
    ...range(16, (i): [number, number, number] => [3, 200, 33 + i]),
    ...range(16, (i): [number, number, number] => [5, 513 + i, 17 + i]),
  ])('equals the plain sums at [m, k, n] = [%d, %d, %d]', (m, k, n) => {
    check(m, k, n, transposed, m + k + n);
  });
});

it('a row does not depend on the rows beside it', () => {
  const random = generator(9);
  const values = Float32Array.from(range(65 * 300, random));
  const b = data('b', Float32Array.from(range(300 * 20, random)), [300, 20]);
  const [whole = new Float32Array()] = interpret([matmul(data('a', values, [65, 300]), b)]);
  for (const row of [0, 1, 63, 64]) {
    const one = data('a', values.subarray(300 * row, 300 * (row + 1)), [1, 300]);
    expect(interpret([matmul(one, b)])).toEqual([whole.slice(20 * row, 20 * (row + 1))]);
  }
});

it('zeros, infinities and NaN come through', () => {
  const a = data('a', Float32Array.of(-0, 1, 0, Number.POSITIVE_INFINITY, Number.NaN, 1), [3, 2]);
  const b = data('b', Float32Array.of(1, 0), [2, 1]);
  expect(interpret([matmul(a, b)])).toEqual([Float32Array.of(0, Number.NaN, Number.NaN)]);
});
