// Every operation of the registry: value against double precision, derivatives in a random direction (Maclaurin, Duvenaud
// & Adams, autograd's check_vjp), computation in place. Values may be off by the `units` of 2⁻²⁴ that their case states:
// 1 is correct rounding, elementary functions twice their bound in ulp (src/machine/math.test.ts).

import { describe, expect, it } from 'vitest';
import { place } from '../../machine/place.ts';
import { schedule } from '../../machine/schedule.ts';
import { evaluate } from '../../testing/evaluate.ts';
import { interpret } from '../../testing/interpret.ts';
import { item, range } from '../../testing/item.ts';
import type { OpCase } from '../../testing/opCase.ts';
import { opCases } from '../../testing/opCases.ts';
import { generator } from '../../testing/random.ts';
import { dot } from '../../testing/reference.ts';
import { gradient } from '../gradient.ts';
import { hashName } from '../hash.ts';
import { constant, data, isConstant, type Node, size } from '../node.ts';
import * as ops from './index.ts';

const cases = Object.entries(opCases).flatMap(([op, cases]) => cases.map((one) => [`${op} ${one.name}`, one] as const));

const random = generator(2);
const normals = (n: number): number[] => range(n, () => Math.fround(random() + random() + random() - 1.5));
const vector = (values: readonly number[], shape: readonly number[]): Node =>
  data('v', Float32Array.from(values), shape);
const valuesOf = (leaf: Node): number[] => Array.from(leaf.leaf?.values ?? []);

/** Which of its inputs an operation hands a gradient to. */
function differentiated({ inputs, apply }: OpCase): number[] {
  const y = apply(...inputs);
  // Without a derivative there is none to ask for: see the test of that error.
  if (!y.vjp && !y.alias && !inputs.includes(y)) return [];
  const inners = gradient(ops.sum(y), inputs);
  return inners.flatMap((inner, i) => (isZero(inner) ? [] : [i]));
}

const isZero = (node: Node): boolean => (node.op === 'expand' ? node.inputs.every(isZero) : isConstant(node, 0));

/** Inputs moved by `h` along a direction; those without one stay. */
function moved(inputs: readonly number[][], directions: ReadonlyMap<number, number[]>, h: number): number[][] {
  return inputs.map((x, i) => {
    const direction = directions.get(i);
    return direction ? x.map((value, k) => value + h * item(direction, k)) : x;
  });
}

describe('the registry', () => {
  it('has cases for every operation, and no others', () => {
    expect(Object.keys(opCases).sort()).toEqual(Object.keys(ops).sort());
  });
});

describe('the value', () => {
  it.each(cases)('%s', (_, { inputs, apply, reference, units, floor }) => {
    const y = apply(...inputs);
    const [actual = []] = evaluate([y]);
    const expected = reference(...inputs.map(valuesOf));
    expect(actual.length).toBe(size(y.shape));
    expect(expected.length).toBe(size(y.shape));
    for (const [i, value] of expected.entries()) {
      const tolerance = units * 2 ** -24 * Math.max(Math.abs(value), floor);
      expect(Math.abs(item(actual, i) - value), `element ${i}: ${actual[i]} and not ${value}`).toBeLessThanOrEqual(
        tolerance,
      );
    }
  });

  it.each(cases)('%s: nothing else is written, and nothing is read beyond the operands', (_, { inputs, apply }) => {
    const y = apply(...inputs);
    const expected = evaluate([y]);
    for (const atEnd of [undefined, y, ...inputs]) {
      expect(interpret([y], new Map(), atEnd).map((values) => Array.from(values))).toEqual(expected);
    }
  });
});

/** The inputs of an operation that get a gradient, where those are not all of them. */
const GRADIENTS: Readonly<Record<string, readonly number[]>> = {
  embedding: [0],
  embeddingGradient: [0],
  maxPool2dGradient: [0],
  maxPool2dTangent: [0],
  reluGradient: [0],
  softmaxCrossEntropy: [0],
  ...Object.fromEntries(
    'atLeast copy dropoutMask floor gather increment minibatch oneMinusPower orthogonalize powerOfStep randomNormal randomUniform sign softmaxCrossEntropyGradient sparsifyColumns toFloat'
      .split(' ')
      .map((op) => [op, []]),
  ),
};

const smooth = cases.filter(([, one]) => differentiated(one).length > 0);

describe('the gradient', () => {
  it.each(Object.entries(opCases))('%s: which inputs get one', (op, cases) => {
    for (const one of cases) expect(differentiated(one)).toEqual(GRADIENTS[op] ?? [...one.inputs.keys()]);
  });

  // Central differences of the double reference are exact to about 1e-9; the gradient has a few roundings of 6e-8.
  it.each(smooth)('%s: with respect to every input', (_, one) => {
    const { inputs, apply, reference } = one;
    const y = apply(...inputs);
    const outer = normals(size(y.shape));
    const loss = ops.sum(ops.multiply(y, vector(outer, y.shape)));
    for (const which of differentiated(one)) {
      const input = item(inputs, which);
      const [node = constant(Number.NaN)] = gradient(loss, [input]);
      expect(node.shape).toEqual(input.shape);
      const inner = item(evaluate([node]), 0);
      const direction = normals(size(input.shape));
      const along = (h: number): number =>
        dot(outer, reference(...moved(inputs.map(valuesOf), new Map([[which, direction]]), h)));
      const numeric = (along(1e-5) - along(-1e-5)) / 2e-5;
      const scale = inner.reduce((sum, g, i) => sum + Math.abs(g * item(direction, i)), 1e-3);
      expect(Math.abs(dot(inner, direction) - numeric), `input ${which}: ${numeric}`).toBeLessThanOrEqual(4e-6 * scale);
    }
  });

  // The mixed second difference with h = 2e-4 is exact to about 1e-7.
  it.each(smooth.filter(([, { onlyOnce }]) => !onlyOnce))('%s: of the gradient', (_, one) => {
    const { inputs, apply, reference } = one;
    const y = apply(...inputs);
    const outer = normals(size(y.shape));
    const wrt = differentiated(one);
    const nodes = wrt.map((i) => item(inputs, i));
    const draw = (): Map<number, number[]> => new Map(wrt.map((i) => [i, normals(size(item(inputs, i).shape))]));
    const [first, second] = [draw(), draw()];
    const inner = gradient(ops.sum(ops.multiply(y, vector(outer, y.shape))), nodes);
    const along = inner.map((g, i) => ops.sum(ops.multiply(g, vector(first.get(item(wrt, i)) ?? [], g.shape))));
    const seconds = evaluate(
      gradient(
        along.reduce((a, b) => ops.add(a, b)),
        nodes,
      ),
    );
    const products = seconds.flatMap((g, i) => g.map((value, k) => value * item(second.get(item(wrt, i)) ?? [], k)));
    const at = (h1: number, h2: number): number =>
      dot(outer, reference(...moved(moved(inputs.map(valuesOf), first, h1), second, h2)));
    const h = 2e-4;
    const numeric = (at(h, h) - at(h, -h) - at(-h, h) + at(-h, -h)) / (4 * h * h);
    const analytic = products.reduce((a, b) => a + b, 0);
    const scale = products.reduce((sum, product) => sum + Math.abs(product), 1e-2);
    expect(Math.abs(analytic - numeric), `${analytic} and not ${numeric}`).toBeLessThanOrEqual(1e-5 * scale);
  });

  it.each([
    ['maximum', ops.maximum],
    ['minimum', ops.minimum],
  ])('%s: goes to the first of two equal operands', (_, op) => {
    const [a, b] = [vector([1, -2], [2]), vector([1, -2], [2])];
    expect(evaluate(gradient(ops.sum(op(a, b)), [a, b]))).toEqual([
      [1, 1],
      [0, 0],
    ]);
  });
});

describe('in place', () => {
  const inPlace = cases.filter(([, { inputs, apply }]) => apply(...inputs).inPlace);

  it.each(inPlace)('%s: over an operand as beside it', (_, { inputs, apply }) => {
    const y = apply(...inputs.map((input) => ops.copy(input)));
    const program = { updates: [], outputs: [y] };
    const scheduled = schedule(program);
    const { root } = place(scheduled).place(y);
    const fits = y.inputs.some(
      (input) => input.op === 'copy' && size(input.shape) === size(y.shape) && input.type === y.type,
    );
    if (fits) expect(root).not.toBe(y);
    expect(evaluate([y])).toEqual(interpret([y]).map((values) => Array.from(values)));
  });
});

describe('an operand that is expanded', () => {
  const [x, row, column] = [vector(normals(21), [3, 7]), vector(normals(7), [7]), vector(normals(3), [3, 1])];

  it.each([
    ['add', ops.add],
    ['subtract', ops.subtract],
    ['divide', ops.divide],
  ])('%s: reads what is repeated, value and gradient as with a copy', (_, op) => {
    for (const narrow of [row, column]) {
      const wide = ops.expand(narrow, [3, 7]);
      for (const [fused, plain] of [
        [op(x, wide), op(x, ops.copy(wide))],
        [op(wide, x), op(ops.copy(wide), x)],
      ] as const) {
        expect(evaluate([fused])).toEqual(evaluate([plain]));
      }
      const [direct, through] = [op(x, narrow), op(x, wide)].map((y) => gradient(ops.sum(ops.square(y)), [x, narrow]));
      expect(evaluate(through ?? [])).toEqual(evaluate(direct ?? []));
    }
  });
});

describe('errors', () => {
  const of = (...shape: number[]): Node => vector(new Array<number>(size(shape)).fill(0), shape);
  const stream: ops.Stream = { seed: of(2), step: of(), name: 's' };

  it.each<[string, () => unknown]>([
    [
      'add: shapes do not fit, [3] and [4]; an operand may have one row, one column or one element',
      () => ops.add(of(3), of(4)),
    ],
    ['multiply: shapes do not fit, [3, 1] and [1, 3];', () => ops.multiply(of(3, 1), of(1, 3))],
    ['matmul: inner sizes differ, [4, 3] · [2, 8]', () => ops.matmul(of(4, 3), of(2, 8))],
    ['matmul: inner sizes differ, [3, 4] · [8, 2]', () => ops.matmul(of(4, 3), of(2, 8), { a: true, b: true })],
    ['slice: [3] at 2 does not lie within [4]', () => ops.slice(of(4), 2, [3])],
    ['slice: [1] at -1 does not lie within [4]', () => ops.slice(of(4), -1, [1])],
    [
      'maxPool2d: a window has nothing but padding in it;',
      () => ops.maxPool2d(of(1, 3, 3, 1), { size: 2, stride: 1, padding: 2 }),
    ],
    ['reshape: sizes differ, [2, 3] to [5]', () => ops.reshape(of(2, 3), [5])],
    ['sumTo: cannot sum [2, 3] to [2, 2];', () => ops.sumTo(of(2, 3), [2, 2])],
    ['expand: cannot repeat [2, 3] to [4, 3];', () => ops.expand(of(2, 3), [4, 3])],
    [
      'softmaxCrossEntropy: target [3, 2] does not fit logits [3, 4];',
      () => ops.softmaxCrossEntropy(of(3, 4), of(3, 2)),
    ],
    [
      'sparsifyColumns: cannot keep 4 of 3 entries of each column of [3, 2]',
      () => ops.sparsifyColumns(stream, of(3, 2), 4),
    ],
    ['sparsifyColumns: cannot keep NaN of 3', () => ops.sparsifyColumns(stream, of(3, 2), Number.NaN)],
  ])('%s', (message, build) => {
    expect(build).toThrow(message);
  });
});

describe('what needs no computation', () => {
  const x = vector([1, 2], [2]);

  it.each([
    ['adding zero', ops.add(x, 0)],
    ['multiplying by one', ops.multiply(1, x)],
    ['reshaping to its own shape', ops.reshape(x, [2])],
    ['expanding to its own shape', ops.expand(x, [2])],
  ])('%s gives the node itself', (_, node) => {
    expect(node).toBe(x);
  });
});

it('names are hashed with FNV-1a', () => {
  expect([hashName(''), hashName('a'), hashName('foobar')]).toEqual([0x811c9dc5, 0xe40c292c, 0xbf9cf968]);
});
