// What every operation of the graph is tested with: inputs, and the function in double precision.

import { columns, data, type Node, rows, type Shape, showShape, size } from '../graph/node.ts';
import * as ops from '../graph/ops/index.ts';
import { imageCases } from './imageCases.ts';
import { item, range } from './item.ts';
import { type Distribution, floats, integers, type OpCase, random, rowsOf } from './opCase.ts';
import { type Key, normal, permutation, uniform } from './philox.ts';
import { activations, dot, erf, logSoftmax } from './reference.ts';

/** `x` of one row, one column or one element, repeated to `to`. */
function repeat(x: readonly number[], from: Shape, to: Shape): number[] {
  const [r, c] = [rows(from) === 1 ? 0 : columns(from), columns(from) === 1 ? 0 : 1];
  return range(size(to), (i) => item(x, r * Math.floor(i / columns(to)) + c * (i % columns(to))));
}

const SHAPES: readonly Shape[] = [[], [1], [5], [1, 1], [3, 7], [2, 3, 5], [8]];

function maps(op: (x: Node) => Node, f: (x: number) => number, distribution: Distribution, units = 1, floor = 0) {
  return SHAPES.map(
    (shape): OpCase => ({
      name: showShape(shape),
      inputs: [floats(shape, distribution)],
      apply: op,
      reference: (x) => x.map(f),
      units,
      floor,
    }),
  );
}

const PAIRS: readonly (readonly [Shape, Shape])[] = [
  [[], []],
  [[1], [1]],
  [[], [1, 1]],
  [[8], [8]],
  [
    [3, 7],
    [3, 7],
  ],
  [[3, 7], [7]],
  [
    [3, 7],
    [1, 7],
  ],
  [
    [3, 7],
    [3, 1],
  ],
  [[3, 7], []],
  [
    [3, 7],
    [1, 1],
  ],
  [[5, 1], [1]],
  [[1, 6], [6]],
  [[2, 3, 5], [5]],
  [
    [2, 3, 5],
    [2, 3, 1],
  ],
  [
    [2, 3, 5],
    [6, 5],
  ],
];

function zips(
  op: (a: Node, b: Node) => Node,
  f: (a: number, b: number) => number,
  [left, right]: readonly [Distribution, Distribution],
  units = 1,
  floor = 0,
) {
  const pairs = [...PAIRS, ...PAIRS.filter(([a, b]) => a !== b).map(([a, b]) => [b, a] as const)];
  return pairs.map(([a, b]): OpCase => {
    const to = a.length > b.length || size(a) > size(b) ? a : b;
    return {
      name: `${showShape(a)} ${showShape(b)}`,
      inputs: [floats(a, left), floats(b, right)],
      apply: op,
      reference: (x, y) => {
        const [wideX, wideY] = [repeat(x, a, to), repeat(y, b, to)];
        return wideX.map((value, i) => f(value, item(wideY, i)));
      },
      units,
      floor,
    };
  });
}

const elementwise: Readonly<Record<string, readonly OpCase[]>> = {
  add: zips(ops.add, (a, b) => a + b, ['any', 'any']),
  subtract: zips(ops.subtract, (a, b) => a - b, ['any', 'any']),
  multiply: zips(ops.multiply, (a, b) => a * b, ['any', 'any']),
  divide: zips(ops.divide, (a, b) => a / b, ['any', 'nonZero']),
  pow: zips(ops.pow, (a, b) => a ** b, ['positive', 'any'], 2),
  maximum: zips(ops.maximum, Math.max, ['besideWhole', 'besideHalf']),
  minimum: zips(ops.minimum, Math.min, ['besideWhole', 'besideHalf']),
  atLeast: zips(ops.atLeast, (a, b) => Number(a >= b), ['besideWhole', 'besideHalf']),
  binaryCrossEntropy: zips(
    ops.binaryCrossEntropy,
    (x, t) => activations.softplus(x) - x * t,
    ['nonZero', 'fraction'],
    6,
    2,
  ),
  negate: maps(ops.negate, (x) => -x, 'any'),
  abs: maps(ops.abs, Math.abs, 'nonZero'),
  sign: maps(ops.sign, Math.sign, 'nonZero'),
  floor: maps(ops.floor, Math.floor, 'besideWhole'),
  square: maps(ops.square, (x) => x * x, 'any'),
  sqrt: maps(ops.sqrt, Math.sqrt, 'positive'),
  reciprocal: maps(ops.reciprocal, (x) => 1 / x, 'nonZero'),
  flush: maps(ops.flush, (x) => x, 'any'),
  exp: maps(ops.exp, Math.exp, 'any', 2),
  log: maps(ops.log, Math.log, 'positive', 2),
  log1p: maps(ops.log1p, Math.log1p, 'within1', 2),
  sin: maps(ops.sin, Math.sin, 'any', 4),
  cos: maps(ops.cos, Math.cos, 'any', 4),
  erf: maps(ops.erf, erf, 'any', 4),
  relu: maps(ops.relu, activations.relu, 'nonZero'),
  tanh: maps(ops.tanh, activations.tanh, 'any', 4),
  sigmoid: maps(ops.sigmoid, activations.sigmoid, 'any', 6),
  softplus: maps(ops.softplus, activations.softplus, 'any', 4),
  softsign: maps(ops.softsign, activations.softsign, 'nonZero', 4),
  gelu: maps(ops.gelu, activations.gelu, 'any', 8, 1),
  silu: maps(ops.silu, activations.silu, 'any', 8),
  reluGradient: zips(ops.reluGradient, (g, y) => (y > 0 ? g : 0), ['any', 'nonZero']),
  tanhGradient: zips(ops.tanhGradient, (g, y) => g * (1 - y * y), ['any', 'within1'], 4, 2),
  sigmoidGradient: zips(ops.sigmoidGradient, (g, y) => g * y * (1 - y), ['any', 'fraction'], 4, 1),
};

const FORMS = [{}, { a: true }, { b: true }, { a: true, b: true }];

/** a[m, k] · b[k, n], either of which may be given transposed. */
function product(
  [m, k, n]: readonly [number, number, number],
  transposed: { readonly a?: boolean; readonly b?: boolean },
  a: readonly number[],
  b: readonly number[],
): number[] {
  const [as, ak] = transposed.a ? [1, m] : [k, 1];
  const [bk, bs] = transposed.b ? [1, k] : [n, 1];
  return range(m * n, (i) => {
    const [row, column] = [Math.floor(i / n), i % n];
    return range(k, (p) => item(a, row * as + p * ak) * item(b, p * bk + column * bs)).reduce((x, y) => x + y);
  });
}

function products(): OpCase[] {
  const sizes: readonly [number, number, number][] = [
    [1, 1, 1],
    [2, 3, 5],
    [5, 1, 3],
    [1, 7, 1],
    [7, 19, 33],
  ];
  return sizes.flatMap((mkn) =>
    FORMS.map((transposed): OpCase => {
      const [m, k, n] = mkn;
      return {
        name: `${showShape([m, k])} · ${showShape([k, n])} ${Object.keys(transposed).join(' ')}`,
        inputs: [floats(transposed.a ? [k, m] : [m, k]), floats(transposed.b ? [n, k] : [k, n])],
        apply: (a, b) => ops.matmul(a, b, transposed),
        reference: (a, b) => product(mkn, transposed, a, b),
        units: k + 1,
        floor: 4,
      };
    }),
  );
}

function batchProducts(): OpCase[] {
  const mkn = [3, 5, 7] as const;
  const [m, k, n] = mkn;
  return [[3], [2, 2], []].flatMap((batch) =>
    FORMS.map(
      (transposed): OpCase => ({
        name: `${showShape(batch)} ${Object.keys(transposed).join(' ')}`,
        inputs: [
          floats([...batch, ...(transposed.a ? [k, m] : [m, k])]),
          floats([...batch, ...(transposed.b ? [n, k] : [k, n])]),
        ],
        apply: (a, b) => ops.batchMatmul(a, b, transposed),
        reference: (a, b) =>
          range(size(batch), (i) =>
            product(mkn, transposed, a.slice(i * m * k, (i + 1) * m * k), b.slice(i * k * n, (i + 1) * k * n)),
          ).flat(),
        units: k + 1,
        floor: 4,
      }),
    ),
  );
}

const RECTANGLES: readonly Shape[] = [[3, 7], [1, 5], [5, 1], [1, 1], [2, 3, 5], [5], []];

const sums: Readonly<Record<string, readonly OpCase[]>> = {
  sum: RECTANGLES.map((shape) => ({
    name: showShape(shape),
    inputs: [floats(shape)],
    apply: ops.sum,
    reference: (x) => [x.reduce((a, b) => a + b)],
    units: 1.01,
    floor: 0.01,
  })),
  sumRows: RECTANGLES.map((shape) => ({
    name: showShape(shape),
    inputs: [floats(shape)],
    apply: ops.sumRows,
    reference: (x) =>
      range(columns(shape), (c) => rowsOf(x, columns(shape)).reduce((sum, row) => sum + item(row, c), 0)),
    units: rows(shape),
    floor: 4,
  })),
  sumColumns: RECTANGLES.map((shape) => ({
    name: showShape(shape),
    inputs: [floats(shape)],
    apply: ops.sumColumns,
    reference: (x) => rowsOf(x, columns(shape)).map((row) => row.reduce((a, b) => a + b)),
    units: 1.01,
    floor: 0.01,
  })),
  sumTo: PAIRS.map(([from, to]) => ({
    name: `${showShape(from)} to ${showShape(to)}`,
    inputs: [floats(from)],
    apply: (x) => ops.sumTo(x, to),
    reference: (x) => {
      const sum = new Array<number>(size(to)).fill(0);
      const which = repeat([...sum.keys()], to, from);
      for (const [i, value] of x.entries()) sum[item(which, i)] = item(sum, item(which, i)) + value;
      return sum;
    },
    units: 4,
    floor: 4,
  })),
  expand: PAIRS.map(([to, from]) => ({
    name: `${showShape(from)} to ${showShape(to)}`,
    inputs: [floats(from)],
    apply: (x) => ops.expand(x, to),
    reference: (x) => repeat(x, from, to),
    units: 0,
    floor: 0,
  })),
  sumGroups: [
    [6, 5, 3],
    [4, 3, 1],
    [5, 1, 5],
  ].map(([r = 0, c = 0, n = 0]) => ({
    name: `${showShape([r, c])} to ${n}`,
    inputs: [floats([r, c])],
    apply: (x) => ops.sumGroups(x, n),
    reference: (x) =>
      range(n * c, (i) => {
        const [group, column, k] = [Math.floor(i / c), i % c, r / n];
        return range(k, (row) => item(x, (group * k + row) * c + column)).reduce((a, b) => a + b);
      }),
    units: r / n,
    floor: 4,
  })),
  repeatRows: [
    [3, 5, 2],
    [1, 4, 3],
    [5, 1, 1],
  ].map(([r = 0, c = 0, k = 0]) => ({
    name: `${showShape([r, c])} ${k} times`,
    inputs: [floats([r, c])],
    apply: (x) => ops.repeatRows(x, k),
    reference: (x) => rowsOf(x, c).flatMap((row) => range(k, () => row).flat()),
    units: 0,
    floor: 0,
  })),
  reshape: (
    [
      [
        [3, 4],
        [2, 6],
      ],
      [[6], [6, 1]],
      [[1, 1], []],
      [
        [2, 3],
        [2, 3],
      ],
    ] as const
  ).map(([from, to]) => ({
    name: `${showShape(from)} to ${showShape(to)}`,
    inputs: [floats(from)],
    apply: (x) => ops.reshape(x, to),
    reference: (x) => x,
    units: 0,
    floor: 0,
  })),
};

const softmax: Readonly<Record<string, readonly OpCase[]>> = {
  softmax: RECTANGLES.map((shape) => ({
    name: showShape(shape),
    inputs: [floats(shape)],
    apply: ops.softmax,
    reference: (x) => rowsOf(x, columns(shape)).flatMap(logSoftmax).map(Math.exp),
    units: 8,
    floor: 0.1,
  })),
  logSoftmax: RECTANGLES.map((shape) => ({
    name: showShape(shape),
    inputs: [floats(shape)],
    apply: ops.logSoftmax,
    reference: (x) => rowsOf(x, columns(shape)).flatMap(logSoftmax),
    units: 4,
    floor: 4,
  })),
  softmaxCrossEntropy: [
    ...crossEntropies(3, 7),
    ...crossEntropies(1, 5),
    ...crossEntropies(5, 2).slice(0, 1),
    ...crossEntropies(6, 10),
  ],
  softmaxCrossEntropyGradient: [...crossEntropyGradients(3, 7), ...crossEntropyGradients(1, 5)],
};

/** A distribution per row, from classes or as it is. */
function targets(target: readonly number[], k: number, areClasses: boolean): number[][] {
  return areClasses ? target.map((label) => range(k, (i) => Number(i === label))) : rowsOf(target, k);
}

/** The target as classes, and as weights that do not add up to one. */
function crossEntropies(n: number, k: number): OpCase[] {
  return [true, false].map((areClasses) => ({
    name: `${showShape([n, k])} ${areClasses ? 'classes' : 'distributions'}`,
    inputs: [floats([n, k]), areClasses ? data('t', labels(n, k), [n, 1]) : floats([n, k], 'fraction')],
    apply: ops.softmaxCrossEntropy,
    reference: (x, target) => {
      const rowwise = targets(target, k, areClasses);
      return rowsOf(x, k).map((row, i) => -dot(item(rowwise, i), logSoftmax(row)));
    },
    units: 2 * k,
    floor: 8,
    onlyOnce: true,
  }));
}

function crossEntropyGradients(n: number, k: number): OpCase[] {
  return [true, false].flatMap((areClasses) =>
    [n, 1].map(
      (outers): OpCase => ({
        name: `${showShape([n, k])} ${areClasses ? 'classes' : 'distributions'} ${outers} outer`,
        inputs: [
          floats([outers, 1]),
          floats([n, k]),
          areClasses ? data('t', labels(n, k), [n, 1]) : floats([n, k], 'fraction'),
        ],
        apply: (g, x, target) => ops.softmaxCrossEntropyGradient(ops.expand(g, [n, 1]), x, target),
        reference: (g, x, target) => {
          const rowwise = targets(target, k, areClasses);
          return rowsOf(x, k).flatMap((row, i) => {
            const outer = item(g, outers === 1 ? 0 : i);
            const t = item(rowwise, i);
            const mass = t.reduce((a, b) => a + b);
            return logSoftmax(row).map((l, c) => outer * (mass * Math.exp(l) - item(t, c)));
          });
        },
        units: 16,
        floor: 4,
      }),
    ),
  );
}

function labels(n: number, k: number): Float32Array {
  return Float32Array.from(range(n, () => Math.floor(k * random())));
}

const movements: Readonly<Record<string, readonly OpCase[]>> = {
  slice: [
    [7, 2, 3],
    [7, 0, 7],
    [7, 6, 1],
  ].map(([n = 0, offset = 0, length = 0]) => ({
    name: `${length} of ${n} from ${offset} on`,
    inputs: [floats([n])],
    apply: (x) => ops.slice(x, offset, [length]),
    reference: (x) => x.slice(offset, offset + length),
    units: 0,
    floor: 0,
  })),
  concatenate: [
    {
      name: 'of leaves, one of them twice',
      inputs: [floats([3, 7]), floats([]), floats([5])],
      apply: (x, y, z) => ops.concatenate([x, y, x, z]),
      reference: (x, y, z) => [...x, ...y, ...x, ...z],
      units: 0,
      floor: 0,
    },
    {
      name: 'of computed nodes, one of them twice',
      inputs: [floats([3, 7]), floats([1, 1])],
      apply: (x, y) => ops.concatenate([ops.negate(x), ops.negate(y), ops.reshape(ops.negate(x), [21])]),
      reference: (x, y) => [...x, ...y, ...x].map((value) => -value),
      units: 0,
      floor: 0,
    },
  ],
  swapMiddleAxes: [
    [2, 3, 5, 4],
    [1, 4, 3, 1],
    [3, 1, 2, 5],
  ].map((shape) => ({
    name: showShape(shape),
    inputs: [floats(shape)],
    apply: ops.swapMiddleAxes,
    reference: (x) => {
      const [a = 0, b = 0, c = 0, d = 0] = shape;
      return range(a * b * c * d, (i) => {
        const [outer, column, row, at] = [
          Math.floor(i / (b * c * d)),
          Math.floor(i / (b * d)) % c,
          Math.floor(i / d) % b,
          i % d,
        ];
        return item(x, ((outer * b + row) * c + column) * d + at);
      });
    },
    units: 0,
    floor: 0,
  })),
  embedding: [
    [7, 3, 5],
    [4, 8, 1],
    [1, 1, 3],
  ].map(([v = 0, c = 0, m = 0]) => ({
    name: `${m} of ${showShape([v, c])}`,
    inputs: [floats([v, c]), data('index', labels(m, v), [m, 1])],
    apply: ops.embedding,
    reference: (table, index) => index.flatMap((row) => item(rowsOf(table, c), row)),
    units: 0,
    floor: 0,
  })),
  embeddingGradient: [
    [7, 3, 5],
    [2, 9, 12],
    [1, 1, 3],
  ].map(([v = 0, c = 0, m = 0]) => ({
    name: `${m} to ${showShape([v, c])}`,
    inputs: [floats([m, c]), data('index', labels(m, v), [m, 1])],
    apply: (g, index) => ops.embeddingGradient(g, index, v),
    reference: (g, index) =>
      range(v * c, (i) =>
        index.reduce((sum, row, k) => sum + (row === Math.floor(i / c) ? item(g, k * c + (i % c)) : 0), 0),
      ),
    units: m,
    floor: 4,
  })),
  join: [
    [[3, 7]],
    [
      [2, 3, 5],
      [2, 3, 5],
    ],
    [[4], [4], [4]],
  ].map((shapes) => ({
    name: shapes.map(showShape).join(),
    inputs: shapes.map((shape) => floats(shape)),
    apply: (...parts) => ops.join(parts),
    reference: (...parts) => {
      const each = parts.map((part, i) => rowsOf(part, columns(item(shapes, i))));
      return item(each, 0).flatMap((_, row) => each.flatMap((part) => item(part, row)));
    },
    units: 0,
    floor: 0,
  })),
  gather: [
    floats([9, 3]),
    integers([9, 3], 1000),
    data('bytes', Uint8Array.from(range(27, (i) => 250 - i)), [9, 3]),
  ].map((x) => ({
    name: x.type,
    inputs: [x, integers([5], 9)],
    apply: ops.gather,
    reference: (x, index) => index.flatMap((row) => item(rowsOf(x, 3), row)),
    units: 0,
    floor: 0,
  })),
  copy: [floats([3, 7]), integers([5], 9), data('bytes', Uint8Array.of(1, 2, 3), [3])].map((x) => ({
    name: x.type,
    inputs: [x],
    apply: ops.copy,
    reference: (x) => x,
    units: 0,
    floor: 0,
  })),
};

const key: Key = { seed: [0x12345678, 0x9abcdef0], step: 3, stream: 'some name' };
const seed = data('seed', Int32Array.from(key.seed), [2]);
const step = data('step', Int32Array.of(key.step), []);
const streamOf = (seed: Node, step: Node): ops.Stream => ({ seed, step, name: key.stream });

const DRAWN: readonly Shape[] = [[], [5], [3, 7], [16], [7, 9]];

const randomness: Readonly<Record<string, readonly OpCase[]>> = {
  randomUniform: DRAWN.map((shape) => ({
    name: showShape(shape),
    inputs: [seed, step],
    apply: (seed, step) => ops.randomUniform(streamOf(seed, step), shape),
    reference: () => range(size(shape), (i) => uniform(key, i)),
    units: 0,
    floor: 0,
  })),
  randomNormal: DRAWN.map((shape) => ({
    name: showShape(shape),
    inputs: [seed, step],
    apply: (seed, step) => ops.randomNormal(streamOf(seed, step), shape),
    reference: () => range(size(shape), (i) => normal(key, i)),
    units: 16,
    floor: 2,
  })),
  dropoutMask: DRAWN.map((shape) => ({
    name: showShape(shape),
    inputs: [seed, step, data('rate', Float32Array.of(0.25), [])],
    apply: (seed, step, rate) => ops.dropoutMask(streamOf(seed, step), shape, rate),
    reference: () => range(size(shape), (i) => (uniform(key, i) < 0.25 ? 0 : 1 / 0.75)),
    units: 1,
    floor: 0,
  })),
  minibatch: [
    [10, 4],
    [7, 3],
    [1, 1],
    [2, 5],
    [1000, 17],
  ].map(([n = 0, batch = 0]) => ({
    name: `${batch} of ${n}`,
    inputs: [seed, step],
    apply: (seed, step) => ops.minibatch(streamOf(seed, step), n, batch),
    reference: () =>
      range(batch, (i) => {
        const position = key.step * batch + i;
        return item(permutation({ ...key, step: Math.floor(position / n) }, n), position % n);
      }),
    units: 0,
    floor: 0,
  })),
  sparsifyColumns: [
    [7, 3, 2],
    [5, 4, 0],
    [3, 1, 3],
    [1, 5, 1],
  ].map(([r = 0, c = 0, keep = 0]) => ({
    name: `${keep} of ${showShape([r, c])}`,
    inputs: [floats([r, c]), seed, step],
    apply: (x, seed, step) => ops.sparsifyColumns(streamOf(seed, step), x, keep),
    reference: (x) => {
      const kept = range(c, (column) => permutation({ ...key, step: key.step * c + column }, r).slice(0, keep));
      return x.map((value, i) => (item(kept, i % c).includes(Math.floor(i / c)) ? value : 0));
    },
    units: 0,
    floor: 0,
  })),
};

/** Gram–Schmidt on the rows or columns, whichever are fewer, in double precision. */
function orthonormalized(x: readonly number[], shape: Shape): number[] {
  const [r, c] = [rows(shape), columns(shape)];
  const [next, along] = r <= c ? [c, 1] : [1, c];
  const [count, length] = r <= c ? [r, c] : [c, r];
  const vectors: number[][] = [];
  for (let v = 0; v < count; v++) {
    let vector = range(length, (k) => item(x, v * next + k * along));
    for (const other of [...vectors, ...vectors]) {
      const part = dot(vector, other);
      vector = vector.map((value, k) => value - part * item(other, k));
    }
    const norm = Math.sqrt(dot(vector, vector));
    vectors.push(vector.map((value) => value / norm));
  }
  return r <= c ? vectors.flat() : range(r * c, (i) => item(item(vectors, i % c), Math.floor(i / c)));
}

const others: Readonly<Record<string, readonly OpCase[]>> = {
  matmul: products(),
  batchMatmul: batchProducts(),
  orthogonalize: [
    [3, 7],
    [7, 3],
    [4, 4],
    [1, 5],
    [5, 1],
    [1, 1],
  ].map((shape) => ({
    name: showShape(shape),
    inputs: [floats(shape)],
    apply: ops.orthogonalize,
    reference: (x) => orthonormalized(x, shape),
    // The condition of a random matrix comes in.
    units: 64,
    floor: 1,
  })),
  increment: [0, 41, 2 ** 31 - 2].map((at) => ({
    name: String(at),
    inputs: [data('step', Int32Array.of(at), [])],
    apply: ops.increment,
    reference: () => [at + 1],
    units: 0,
    floor: 0,
  })),
  toFloat: [0, 41, 2 ** 24, 2 ** 24 + 1].map((at) => ({
    name: String(at),
    inputs: [data('step', Int32Array.of(at), [])],
    apply: ops.toFloat,
    reference: () => [at],
    units: 1,
    floor: 0,
  })),
  powerOfStep: [
    [0.999, 0],
    [0.999, 1],
    [0.99999, 1_000_000],
    [0.5, 100],
  ].map(([base = 0, at = 0]) => ({
    name: `${base} ^ ${at}`,
    inputs: [data('step', Int32Array.of(at), [])],
    apply: (step) => ops.powerOfStep(base, step),
    reference: () => [base ** at],
    units: 1.0001,
    floor: 0,
  })),
  oneMinusPower: [
    [0.999, 0],
    [0.999, 1],
    [0.999, 12345],
    [0.9, 7],
    [0, 1],
    [0.999999, 2 ** 20],
  ].map(([base = 0, at = 0]) => ({
    name: `1 - ${base} ^ ${at}`,
    inputs: [data('step', Int32Array.of(at), [])],
    apply: (step) => ops.oneMinusPower(base, step),
    reference: () => [1 - base ** at],
    units: 1.0001,
    floor: 0,
  })),
};

/** By the name of the operation in the registry. */
export const opCases: Readonly<Record<string, readonly OpCase[]>> = {
  ...elementwise,
  ...sums,
  ...softmax,
  ...movements,
  ...randomness,
  ...others,
  ...imageCases,
};
