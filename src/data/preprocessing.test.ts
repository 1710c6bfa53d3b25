// Standardization, principal components, whitening and clusters: against NumPy (golden.py beside this), by what defines
// them, and to the bit.

import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { generator } from '../testing/random.ts';
import golden from './golden.json' with { type: 'json' };
import { kMeans } from './kMeans.ts';
import { standardization } from './standardization.ts';
import { symmetricEigen } from './symmetricEigen.ts';
import { type Tensor, tensor } from './tensor.ts';
import { pca, zca } from './whitening.ts';

const { preprocessing } = golden;
const x = tensor(Float32Array.from(preprocessing.x.map(Number)), [12, 5]);
const other = tensor(Float32Array.from(preprocessing.other.map(Number)), [3, 5]);

/** Within a few roundings of float32. */
function expectClose(got: ArrayLike<number>, expected: readonly (number | string)[], relative = 3e-7): void {
  expect(got.length).toBe(expected.length);
  const scale = Math.max(...expected.map((value) => Math.abs(Number(value))));
  const error = Math.max(...Array.from(got, (value, i) => Math.abs(value - Number(expected[i]))));
  expect(error / scale).toBeLessThan(relative);
}

function random(rows: number, width: number, seed: number): Tensor<Float32Array> {
  const next = generator(seed);
  return tensor(
    Float32Array.from({ length: rows * width }, () => next() - 0.5),
    [rows, width],
  );
}

describe('agrees with NumPy on', () => {
  const { apply, components, variances } = pca(x);
  test('variances and components, within 1e-12', () => {
    expectClose(variances, preprocessing.variances, 1e-12);
    expectClose(
      components.flatMap((component) => [...component]),
      preprocessing.components,
      1e-12,
    );
    expect(apply(x).shape).toEqual([12, 5]);
  });
  test.each([
    ['standardized', standardization(x)],
    ['projected', pca(x, { components: 2 })],
    ['whitened', pca(x, { whiten: true })],
    ['zca', zca(x)],
  ] as const)('%s rows, of the fitted data and of others', (name, transform) => {
    expectClose(transform.apply(x).data, preprocessing[name].x);
    expectClose(transform.apply(other).data, preprocessing[name].other);
  });
});

test.each([
  ['standardization', standardization(x)],
  ['pca', pca(x)],
  ['whitening pca', pca(x, { whiten: true })],
  ['zca', zca(x)],
])('%s can be undone', (_, { apply, invert }) => {
  expectClose(invert(apply(other)).data, [...other.data], 1e-4);
});

test('the columns of any shape of rows are its elements, and constant ones become 0', () => {
  const images = tensor(Uint8Array.of(1, 7, 3, 3, 7, 3), [2, 3, 1]);
  expect(standardization(images).apply(images)).toEqual(
    tensor([
      [-1, 0, 0],
      [1, 0, 0],
    ]),
  );
});

describe('symmetricEigen', () => {
  const matrices = fc
    .tuple(fc.integer({ min: 1, max: 12 }), fc.integer(), fc.constantFrom(1, 1e-150, 1e150), fc.boolean())
    .map(([d, seed, scale, isSparse]) => {
      const next = generator(seed);
      const matrix = Array.from({ length: d }, () => new Float64Array(d));
      for (const [i, row] of matrix.entries())
        for (let j = 0; j <= i; j++) {
          const value = isSparse && next() < 0.7 ? 0 : scale * (next() - 0.5);
          row[j] = value;
          const mirrored = matrix[j];
          if (mirrored) mirrored[i] = value;
        }
      return { matrix, scale };
    });

  test('gives vectors that are orthonormal and are only scaled by the matrix, largest values first', () => {
    fc.assert(
      fc.property(matrices, ({ matrix, scale }) => {
        const { values, vectors } = symmetricEigen(matrix);
        const dot = (a: Float64Array, b: Float64Array): number =>
          a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0);
        expect([...values]).toEqual([...values].sort((a, b) => b - a));
        for (const [k, vector] of vectors.entries()) {
          for (const [i, row] of matrix.entries())
            expect(Math.abs(dot(row, vector) - (values[k] ?? 0) * (vector[i] ?? 0))).toBeLessThan(2e-14 * scale);
          for (const [l, another] of vectors.entries())
            expect(Math.abs(dot(vector, another) - (k === l ? 1 : 0))).toBeLessThan(1e-13);
        }
      }),
      { numRuns: 1000 },
    );
  });

  test('refuses what is not finite', () => {
    expect(() => symmetricEigen([Float64Array.of(Number.NaN)])).toThrow('all elements must be finite');
  });
});

describe('kMeans', () => {
  const blobs = tensor(
    Float32Array.from({ length: 300 }, (_, i) => (Math.floor(i / 2) % 3) * (i % 2 === 0 ? 10 : -10) + generator(i)()),
    [150, 2],
  );

  test('finds separate clusters', () => {
    const { assign, centers, loss } = kMeans(blobs, { clusters: 3, seed: 1 });
    const classes = assign(blobs).data;
    expect(new Set(classes.subarray(0, 3)).size).toBe(3);
    expect(classes.every((cluster, row) => cluster === classes[row % 3])).toBe(true);
    expect(centers.shape).toEqual([3, 2]);
    expect(loss).toBeLessThan(0.2);
  });

  test('ends where each center is the mean of the rows that are nearest to it, and never gets worse', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 1, max: 6 }), fc.maxSafeNat(), (data, clusters, seed) => {
        const x = random(30, 3, data);
        const losses = [0, 1, 2, 5, 1000].map((iterations) => kMeans(x, { clusters, seed, iterations }).loss);
        for (const [i, loss] of losses.entries()) expect(loss).toBeLessThanOrEqual((losses[i - 1] ?? loss) + 1e-12);
        const { assign, centers } = kMeans(x, { clusters, seed, iterations: 1000 });
        const classes = assign(x).data;
        for (let k = 0; k < clusters; k++) {
          const members = [...classes.keys()].filter((row) => classes[row] === k);
          for (let j = 0; j < 3; j++) {
            const mean = members.reduce((sum, row) => sum + (x.data[3 * row + j] ?? 0), 0) / members.length;
            expect(centers.data[3 * k + j]).toBeCloseTo(mean, 5);
          }
        }
      }),
    );
  });

  test('every cluster keeps a row, even where rows are equal', () => {
    const x = tensor([[0], [0], [0], [5]]);
    const { assign, loss } = kMeans(x, { clusters: 2, seed: 3 });
    expect(new Set(assign(x).data).size).toBe(2);
    expect(loss).toBe(0);
    expect(kMeans(x, { clusters: 4, seed: 3 }).loss).toBe(0);
  });
});

test('all have the same bits everywhere', () => {
  const x = random(40, 6, 5);
  const results = [
    standardization(x).apply(x),
    pca(x, { whiten: true }).apply(x),
    zca(x).apply(x),
    kMeans(x, { clusters: 4, seed: 9 }).centers,
  ];
  const hash = createHash('sha256');
  for (const { data } of results) hash.update(new Uint8Array(data.buffer));
  expect(hash.digest('hex')).toBe('5956e6af73991bcc1208a2966563696a859809556892a46c2f2c9d81ff9cf815');
});

test.each<[() => unknown, string]>([
  [() => standardization(tensor([[1, 2]])), 'standardization: there must be at least two rows, got 1'],
  [() => pca(tensor([[1], [Number.NaN]])), 'pca: all values must be finite'],
  [() => pca(x, { components: 6 }), 'pca: components must be a whole number from 1 to the 5 columns, got 6'],
  [() => pca(x).apply(tensor([[1, 2]])), 'pca: rows must have 5 elements, got 2'],
  [() => pca(x, { components: 2 }).invert(x), 'pca: rows must have 2 elements, got 5'],
  [
    () =>
      pca(
        tensor([
          [1, 1],
          [2, 1],
        ]),
        { whiten: true },
      ),
    'pca: some direction does not vary; whiten with a positive epsilon',
  ],
  [
    () =>
      zca(
        tensor([
          [1, 1],
          [2, 1],
        ]),
        { epsilon: 0 },
      ),
    'zca: some direction does not vary',
  ],
  [
    () => Reflect.apply(pca, undefined, [x, 2]),
    'pca: expected an object with options, got 2; known are components, whiten, epsilon',
  ],
  [
    () => Reflect.apply(pca, undefined, [x, { component: 2 }]),
    "pca: unknown option, got 'component'; known are components, whiten, epsilon",
  ],
  [() => Reflect.apply(zca, undefined, [x, 0.1]), 'zca: expected an object with options, got 0.1; known are epsilon'],
  [
    () => Reflect.apply(standardization, undefined, [[x, x]]),
    'standardization: expected a tensor, got a list; tensor(…) makes one',
  ],
  [
    () => Reflect.apply(kMeans, undefined, [x, 3]),
    'kMeans: expected an object with options, got 3; known are clusters, seed, iterations',
  ],
  [() => kMeans(x, { clusters: 13, seed: 1 }), 'kMeans: clusters must be a whole number from 1 to the 12 rows, got 13'],
  [() => kMeans(x, { clusters: 2, seed: 0.5 }), 'kMeans: the seed must be a whole number'],
  [() => kMeans(x, { clusters: 2, seed: 1 }).assign(tensor([[1, 2]])), 'kMeans: rows must have 5 elements, got 2'],
])('refuses what cannot be (%#)', (call, message) => {
  expect(call).toThrow(message);
});
