// The losses, their means, and their gradients against PyTorch in double precision (golden.py beside this). Sums of a few
// terms in float32: within 1e-6 of the result, or of 1 where terms cancel.

import { describe, expect, it } from 'vitest';
import { configure } from '../catalogue.ts';
import { tensor } from '../data/tensor.ts';
import { gradient } from '../graph/gradient.ts';
import { data, type Node } from '../graph/node.ts';
import { multiply, sum, sumColumns } from '../graph/ops/index.ts';
import { evaluate } from '../testing/evaluate.ts';
import { item } from '../testing/item.ts';
import { logSoftmax, sigmoid } from '../testing/reference.ts';
import golden from './golden.json' with { type: 'json' };
import * as losses from './index.ts';
import type { Loss } from './loss.ts';

const make = (name: string): Loss => configure('loss', losses, { name });

function matrix(rows: readonly (number | readonly number[])[]): Node {
  const values = rows.flat();
  return data('matrix', Float32Array.from(values), [rows.length, values.length / rows.length]);
}

function expectClose(actual: readonly number[], expected: readonly number[]): void {
  expect(actual.length).toBe(expected.length);
  for (const [i, value] of expected.entries()) {
    expect(Math.abs(item(actual, i) - value), `element ${i}`).toBeLessThanOrEqual(1e-6 * Math.max(1, Math.abs(value)));
  }
}

it('every loss has golden values', () => {
  expect([...new Set(golden.cases.map(({ loss }) => loss))].sort()).toEqual(Object.keys(losses).sort());
});

describe('against PyTorch', () => {
  const cases = golden.cases.map((one, i) => [`${one.loss} ${one.kind}, case ${i}`, one] as const);

  it.each(cases)('%s', (_, { loss, output, target, rows, mean, gradient: slopes }) => {
    const x = matrix(output);
    const perRow = sumColumns(make(loss).elements(x, matrix(target)));
    expect(perRow.shape).toEqual([rows.length, 1]);
    const average = multiply(sum(perRow), 1 / rows.length);
    const [actual = [], averages = [], inner = []] = evaluate([perRow, average, ...gradient(average, [x])]);
    expectClose(actual, rows);
    expectClose(averages, [mean]);
    expectClose(inner, slopes.flat());
  });
});

describe('predictions', () => {
  const output = [
    [1, -2, 0.5],
    [40, -40, 0],
  ];

  it.each([
    ['squaredError', output.flat()],
    ['absoluteError', output.flat()],
    ['binaryCrossEntropy', output.flat().map(sigmoid)],
    ['crossEntropy', output.flatMap(logSoftmax).map(Math.exp)],
  ])('%s', (loss, expected) => {
    expectClose(item(evaluate([make(loss).predict(matrix(output))]), 0), expected);
  });
});

describe('targets', () => {
  it.each([
    ['binaryCrossEntropy', [[0], [1.5]], 'targets must lie in [0, 1], got 1.5'],
    ['binaryCrossEntropy', [[-0.5], [0]], 'targets must lie in [0, 1], got -0.5'],
    ['binaryCrossEntropy', [[0], [Number.NaN]], 'targets must lie in [0, 1], got NaN'],
    ['binaryCrossEntropy', [[0], [1], [0.3]], undefined],
    ['crossEntropy', [0, 3], 'classes must be whole numbers from 0 to 2, got 3'],
    ['crossEntropy', [[0], [-1]], 'classes must be whole numbers from 0 to 2, got -1'],
    ['crossEntropy', [[0], [0.5]], 'classes must be whole numbers from 0 to 2, got 0.5'],
    ['crossEntropy', [0, 1, 2], undefined],
    ['crossEntropy', [[0.2, 0.8, 0]], undefined],
  ])('of %s: %j', (loss, target, complaint) => {
    expect(make(loss).complaint?.(tensor(target), 3)).toBe(complaint);
  });
});
