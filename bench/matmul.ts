// The matrix product, on a machine whose program is one product, in the forms and sizes of training.

import { data, size } from '../src/graph/node.ts';
import { matmul } from '../src/graph/ops/index.ts';
import { Machine } from '../src/machine/machine.ts';
import { generator } from '../src/testing/random.ts';
import { measure, type Result, repetitions, validate } from './measure.ts';
import { peak } from './peak.ts';

/** m × k · k × n; A · B, with A stored transposed as in the gradient of the weights, or B as in that of the inputs. */
const PRODUCTS = [
  ['A·B', 64, 64, 64],
  ['A·B', 128, 128, 128],
  ['A·B', 256, 256, 256],
  ['A·B', 512, 512, 512],
  ['A·B', 1024, 1024, 1024],
  ['A·B', 128, 784, 512],
  ['A·B', 128, 512, 256],
  ['A·B', 128, 256, 10],
  ['Aᵀ·B', 784, 128, 512],
  ['A·Bᵀ', 128, 512, 784],
  ['A·B', 4, 2, 3],
] as const;

const random = generator(1);

function floats(name: string, shape: readonly number[]) {
  return data(
    name,
    Float32Array.from({ length: size(shape) }, () => random() - 0.5),
    shape,
  );
}

/** Each element in the order of k, rounded after each operation. */
function naive(a: ArrayLike<number>, b: ArrayLike<number>, m: number, k: number, n: number): Float32Array {
  const y = new Float32Array(m * n);
  for (let row = 0; row < m; row++) {
    for (let p = 0; p < k; p++) {
      const x = a[row * k + p] ?? Number.NaN;
      for (let column = 0; column < n; column++) {
        const at = row * n + column;
        y[at] = (y[at] ?? Number.NaN) + Math.fround(x * (b[p * n + column] ?? Number.NaN));
      }
    }
  }
  return y;
}

function transpose(x: ArrayLike<number>, rows: number, columns: number): Float32Array {
  return Float32Array.from({ length: rows * columns }, (_, i) => {
    return x[(i % rows) * columns + Math.floor(i / rows)] ?? Number.NaN;
  });
}

function product([form, m, k, n]: (typeof PRODUCTS)[number]) {
  const transposed = { a: form === 'Aᵀ·B', b: form === 'A·Bᵀ' };
  const a = floats('a', transposed.a ? [k, m] : [m, k]);
  const b = floats('b', transposed.b ? [n, k] : [k, n]);
  const y = matmul(a, b, transposed);
  const machine = new Machine([], { product: { updates: [], outputs: [y] } });
  const name = `${form} ${m}×${k}×${n}`;

  const values = (x: typeof a) => x.leaf?.values ?? [];
  machine.run('product');
  const expected = naive(
    transposed.a ? transpose(values(a), k, m) : values(a),
    transposed.b ? transpose(values(b), n, k) : values(b),
    m,
    k,
    n,
  );
  validate(
    name,
    expected.every((value, i) => Object.is(value, machine.view(y)[i])),
  );

  const operations = 2 * m * k * n;
  const times = repetitions(operations / 2e7);
  return { name, operations: times * operations, run: () => machine.run('product', times) };
}

export async function run(): Promise<Result[]> {
  const tasks = [peak(), ...PRODUCTS.map(product)];
  const timings = await measure(Object.fromEntries(tasks.map(({ name, run }) => [name, run])));
  const rates = tasks.map(({ name, operations }) => {
    const { milliseconds = Number.NaN, noise = 0 } = timings[name] ?? {};
    return { name, rate: operations / milliseconds / 1e6, noise };
  });
  const [most] = rates;
  return rates.flatMap(({ name, rate, noise }): Result[] => [
    { name, value: rate, unit: 'GFLOP/s', noise },
    { name, value: (100 * rate) / (most?.rate ?? Number.NaN), unit: '% of peak' },
  ]);
}
