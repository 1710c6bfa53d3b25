// Gradients of whole models: mlp with every activation and every loss, written once more in double precision and
// differentiated by central differences along a random direction. These are exact to about 1e-8; the gradient itself
// carries the float32 roundings of every layer: 1e-5 of the sum of the sizes of its terms is allowed.

import { describe, expect, it } from 'vitest';
import type { ActivationName } from '../activations/configure.ts';
import * as activationNames from '../activations/index.ts';
import { declare, scopeOver } from '../layers/scope.ts';
import type { LossName } from '../losses/configure.ts';
import * as lossNames from '../losses/index.ts';
import { type MlpOptions, mlp } from '../models/mlp.ts';
import { evaluate } from '../testing/evaluate.ts';
import { item, range } from '../testing/item.ts';
import { lossReferences } from '../testing/lossReferences.ts';
import { generator } from '../testing/random.ts';
import { activateRow } from '../testing/reference.ts';
import { gradient } from './gradient.ts';
import { constant, data, type Node, size } from './node.ts';
import {
  add,
  copy,
  dropoutMask,
  matmul,
  multiply,
  negate,
  reshape,
  type Stream,
  slice,
  square,
  sum,
  tanh,
} from './ops/index.ts';
import { topological } from './topological.ts';

const random = generator(3);
const deviates = (n: number): number[] => range(n, () => Math.fround(2 * random() - 1));
const floats = (values: readonly number[], shape: readonly number[]): Node =>
  data('x', Float32Array.from(values), shape);

interface Sizes {
  readonly rows: number;
  readonly inputs: number;
  readonly hidden: readonly number[];
  readonly outputs: number;
}

/** x[rows, in] · weight[in, out] + bias[out], row by row. */
function affine(x: number[][], weight: readonly number[], bias: readonly number[]): number[][] {
  return x.map((row) =>
    bias.map((b, column) => row.reduce((sum, value, k) => sum + value * item(weight, k * bias.length + column), b)),
  );
}

/** The mean loss of an mlp, given its parameters, layer by layer, and what its hidden units are multiplied with. */
function meanLoss(
  { hidden }: Sizes,
  names: readonly ActivationName[],
  loss: LossName,
  parameters: readonly number[][],
  masks: readonly number[][],
  input: number[][],
  target: number[][],
): number {
  let x = input;
  for (const [i, units] of hidden.entries()) {
    const mask = masks[i];
    x = affine(x, item(parameters, 2 * i), item(parameters, 2 * i + 1)).map((row, r) =>
      activateRow(item(names, i), row).map((value, c) => value * (mask ? item(mask, r * units + c) : 1)),
    );
  }
  const output = affine(x, item(parameters, 2 * hidden.length), item(parameters, 2 * hidden.length + 1));
  return output.reduce((sum, row, r) => sum + lossReferences[loss].value(row, item(target, r)), 0) / output.length;
}

/** Compares the gradient by all parameters along one direction. */
function check(
  sizes: Sizes,
  names: readonly ActivationName[],
  loss: LossName,
  options: Partial<MlpOptions> = {},
): void {
  const { rows, inputs, hidden, outputs } = sizes;
  const model = mlp({ inputs, hidden, outputs, activation: names, loss, ...options });
  const input = deviates(rows * inputs);
  const target = range(rows, () => lossReferences[loss].target(random, outputs));
  const inRows = (x: number[], c: number): number[][] => range(rows, (r) => x.slice(r * c, (r + 1) * c));

  const stream = (name: string): Stream => ({
    seed: data('seed', Int32Array.of(5, 6)),
    step: data('step', Int32Array.of(7), []),
    name,
  });
  const batch = [floats(input, [rows, inputs]), floats(target.flat(), [rows, target.flat().length / rows])] as const;
  const declarations = declare(
    (scope) => model.build(scope, batch),
    (shape) => floats(deviates(size(shape)), shape),
    stream,
  );
  const values = declarations.parameters.map(({ shape }) => deviates(size(shape)));
  const memory = { parameters: floats(values.flat(), [values.flat().length]), buffers: floats([], [0]) };
  const scope = scopeOver(memory, declarations, stream, []);
  const parameters = declarations.parameters.map(({ name, shape, initializer }) =>
    scope.parameter(name, shape, initializer),
  );
  const node = multiply(sum(model.build(scope, batch).loss), 1 / rows);
  const gradients = evaluate(gradient(node, parameters));
  const rate = typeof options.dropout === 'number' ? options.dropout : 0;
  const masks = rate
    ? evaluate(hidden.map((units, i) => dropoutMask(stream(`hidden${i}/dropout`), [rows, units], rate)))
    : [];

  const direction = values.map((value) => deviates(value.length));
  const along = (h: number): number => {
    const moved = values.map((value, i) => value.map((v, k) => v + h * item(item(direction, i), k)));
    return meanLoss(sizes, names, loss, moved, masks, inRows(input, inputs), target);
  };
  const value = item(item(evaluate([node]), 0), 0);
  expect(Math.abs(value / along(0) - 1)).toBeLessThan(2e-6);
  const numeric = (along(1e-5) - along(-1e-5)) / 2e-5;
  const products = gradients.flatMap((g, i) => g.map((value, k) => value * item(item(direction, i), k)));
  const scale = products.reduce((sum, product) => sum + Math.abs(product), 0);
  const analytic = products.reduce((a, b) => a + b);
  expect(Math.abs(analytic - numeric), `${analytic} and not ${numeric}`).toBeLessThanOrEqual(1e-5 * scale);
}

function keys<T extends object>(catalogue: T): (keyof T & string)[] {
  const isKey = (name: string): name is keyof T & string => Object.hasOwn(catalogue, name);
  return Object.keys(catalogue).filter(isKey);
}

describe('the gradient of an mlp', () => {
  const pairs = keys(activationNames).flatMap((activation) =>
    keys(lossNames).map((loss) => [activation, loss] as const),
  );

  it.each(pairs)('%s, %s', (activation, loss) => {
    check({ rows: 7, inputs: 3, hidden: [5], outputs: 4 }, [activation], loss);
  });

  it.each<[string, Sizes, readonly ActivationName[]]>([
    ['linear', { rows: 5, inputs: 3, hidden: [], outputs: 2 }, []],
    ['one of each', { rows: 1, inputs: 1, hidden: [1], outputs: 1 }, ['tanh']],
    ['one row', { rows: 1, inputs: 9, hidden: [6], outputs: 3 }, ['silu']],
    ['three layers', { rows: 6, inputs: 4, hidden: [7, 3, 5], outputs: 2 }, ['tanh', 'softplus', 'gelu']],
    ['wide', { rows: 33, inputs: 70, hidden: [50], outputs: 10 }, ['sigmoid']],
  ])('%s', (_, sizes, names) => {
    for (const loss of ['squaredError', 'binaryCrossEntropy'] as const) check(sizes, names, loss);
  });

  it.each(keys(lossNames))('with dropout, %s', (loss) => {
    check({ rows: 7, inputs: 3, hidden: [9, 5], outputs: 4 }, ['tanh', 'silu'], loss, { dropout: 0.4 });
  });
});

describe('gradient', () => {
  const x = floats([1, 2, 3], [3]);

  it('is zeros where the loss does not depend on a node', () => {
    const [g = constant(1)] = gradient(sum(x), [floats([4, 5], [1, 2])]);
    expect(g.shape).toEqual([1, 2]);
    expect(evaluate([g])).toEqual([[0, 0]]);
  });

  it('adds up over all ways to a node', () => {
    expect(evaluate(gradient(sum(add(square(x), multiply(x, x))), [x]))).toEqual([[4, 8, 12]]);
  });

  it('is one for the loss itself, and has its shape', () => {
    const loss = reshape(sum(x), [1, 1]);
    const nodes = gradient(negate(loss), [loss]);
    expect(nodes.map(({ shape }) => shape)).toEqual([[1, 1]]);
    expect(evaluate(nodes)).toEqual([[-1]]);
    expect(evaluate(gradient(loss, [loss, loss]))).toEqual([[1], [1]]);
  });

  it('goes through chains longer than the call stack', () => {
    let y = x;
    for (let i = 0; i < 20_000; i++) y = negate(y);
    expect(evaluate(gradient(sum(y), [x]))).toEqual([[1, 1, 1]]);
  });

  it('refuses to go through an operation that has none', () => {
    expect(() => gradient(sum(copy(x)), [x])).toThrow('gradient: copy has none');
  });

  it('of parts is put together: with gaps, overlaps and parts that are used twice', () => {
    const w = floats([1, 2, 3, 4, 5], [5]);
    const part = (offset: number, length: number, factor: number): Node =>
      multiply(sum(slice(w, offset, [length])), factor);
    const loss = [part(1, 2, 1), part(2, 2, 10), part(1, 2, 100), part(4, 1, 1000)].reduce((a, b) => add(a, b));
    expect(evaluate(gradient(loss, [w]))).toEqual([[0, 101, 111, 10, 1000]]);
  });

  it('of a weight that is used at every step of a sequence is one product', () => {
    const [w, steps] = [floats(deviates(9), [3, 3]), 5];
    const sequence = floats(deviates(3 * 2 * steps), [steps, 2, 3]);
    const states: Node[] = [floats(deviates(6), [2, 3])];
    for (let t = 0; t < steps; t++) {
      const x = slice(sequence, 6 * t, [2, 3]);
      states.push(tanh(add(x, matmul(item(states, t), w))));
    }
    const loss = sum(square(states.reduce((a, b) => add(a, b))));
    const [byWeight] = gradient(loss, [w]);
    const products = topological(byWeight ? [byWeight] : []).filter(({ attributes }) => attributes[0] === 'transposed');
    expect(products.length).toBe(1);

    // Every use of the weight by itself, and the sum of their gradients.
    const copies = range(steps, () => data('w', Float32Array.from(w.leaf?.values ?? []), [3, 3]));
    const apart: Node[] = [item(states, 0)];
    for (let t = 0; t < steps; t++) {
      apart.push(tanh(add(slice(sequence, 6 * t, [2, 3]), matmul(item(apart, t), item(copies, t)))));
    }
    const terms = evaluate(gradient(sum(square(apart.reduce((a, b) => add(a, b)))), copies));
    for (const [i, value] of item(evaluate(gradient(loss, [w])), 0).entries()) {
      expect(value).toBeCloseTo(
        terms.reduce((sum, term) => sum + item(term, i), 0),
        4,
      );
    }
  });

  it('goes on beyond a node that is asked for as well', () => {
    const y = square(x);
    expect(evaluate(gradient(sum(square(y)), [x, y]))).toEqual([
      [4, 32, 108],
      [2, 8, 18],
    ]);
  });

  it('refuses a loss that is no scalar', () => {
    expect(() => gradient(x, [x])).toThrow('gradient: the loss must be a scalar, got shape [3]; take its mean or sum');
  });
});
