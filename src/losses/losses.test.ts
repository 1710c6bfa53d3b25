// The losses, their means, and their gradients against PyTorch in double precision (golden.py beside this). Sums of a few
// terms in float32: within 1e-6 of the result, or of 1 where terms cancel.

import { describe, expect, it } from 'vitest';
import { configure } from '../catalogue.ts';
import { tensor } from '../data/tensor.ts';
import { gradient } from '../graph/gradient.ts';
import { data, type Node } from '../graph/node.ts';
import { divide, multiply, sum, sumColumns } from '../graph/ops/index.ts';
import { supervise } from '../models/supervised.ts';
import { evaluate } from '../testing/evaluate.ts';
import { item, range } from '../testing/item.ts';
import { lossReferences } from '../testing/lossReferences.ts';
import { generator } from '../testing/random.ts';
import { dot, logSoftmax, sigmoid } from '../testing/reference.ts';
import type { LossName } from './configure.ts';
import { loss } from './configure.ts';
import golden from './golden.json' with { type: 'json' };
import * as losses from './index.ts';
import type { Loss } from './loss.ts';

const make = (configuration: { readonly name: string }): Loss => configure('loss', losses, configuration);

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
  expect([...new Set(golden.cases.map(({ loss }) => loss.name))].sort()).toEqual(Object.keys(losses).sort());
});

describe('against PyTorch', () => {
  const cases = golden.cases.map((one, i) => [`${JSON.stringify(one.loss)} ${one.kind}, case ${i}`, one] as const);

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
    [1, -2, 0.5, 3],
    [40, -40, 0, -1],
  ];
  const squashed = output.flat().map(sigmoid);
  const moments = (offset: number) =>
    output.flatMap(([a = 0, b = 0, c = 0, d = 0]) => [a, b, Math.exp(c) + offset, Math.exp(d) + offset]);
  const predictions: Readonly<Record<LossName, readonly number[]>> = {
    absoluteError: output.flat(),
    bernoulliKl: squashed,
    binaryCrossEntropy: squashed,
    contrastive: output.flat(),
    cosine: output.flat(),
    crossEntropy: output.flatMap(logSoftmax).map(Math.exp),
    gaussianKl: moments(0),
    gaussianNll: moments(1e-6),
    hinge: output.flat(),
    huber: output.flat(),
    squaredError: output.flat(),
    squaredHinge: output.flat(),
  };

  it.each(Object.entries(predictions))('%s', (name, expected) => {
    expectClose(item(evaluate([make({ name }).predict(matrix(output))]), 0), expected);
  });
});

describe('weights', () => {
  const [rows, outputs] = [5, 4];
  const random = generator(7);
  const deviates = range(rows, () => range(outputs, () => Math.fround(4 * random() - 2)));
  const weights = [0.5, 2, 0, 1, 3];
  const mean = (values: readonly number[]): number => dot(values, weights) / weights.reduce((a, b) => a + b);

  it.each(Object.entries(lossReferences))('%s: the mean is Σ weight · loss / Σ weight', (name, { value, target }) => {
    const targets = range(rows, () => target(random, outputs));
    const expected = deviates.map((row, i) => value(row, item(targets, i)));
    const supervised = (weight: Node) => {
      const { loss, weight: each = loss } = supervise(make({ name }), matrix(deviates), matrix(targets), weight);
      return item(evaluate([divide(sum(loss), sum(each))]), 0);
    };
    expectClose(supervised(matrix(weights)), [mean(expected)]);

    // A weight for each output: one that has no loss of its own counts with the mean of them.
    const { elements } = make({ name });
    const [each = []] = evaluate([elements(matrix(deviates), matrix(targets))]);
    const width = each.length / rows;
    const wide = range(rows, () => range(width, () => Math.round(3 * random())));
    const total = wide.flat().reduce((a, b) => a + b) / width;
    expectClose(supervised(matrix(wide)), [dot(each, wide.flat()) / total]);
  });

  it.each(Object.entries(lossReferences))('%s: what weighs nothing counts as if it were not there', (name, {
    target,
  }) => {
    const targets = range(rows, () => target(random, outputs));
    const at = (chosen: readonly number[], weight: readonly number[]) => {
      const pick = <T>(x: readonly T[]): T[] => chosen.map((i) => item(x, i));
      const { loss, weight: each = loss } = supervise(
        make({ name }),
        matrix(pick(deviates)),
        matrix(pick(targets)),
        matrix(weight),
      );
      return evaluate([sum(loss), sum(each)]);
    };
    expect(at([0, 1, 2, 3, 4], [1, 1, 0, 1, 0])).toEqual(at([0, 1, 3], [1, 1, 1]));
  });
});

describe('targets', () => {
  it.each([
    ['binaryCrossEntropy', [[0], [1.5]], 'targets must lie in [0, 1], got 1.5'],
    ['binaryCrossEntropy', [[-0.5], [0]], 'targets must lie in [0, 1], got -0.5'],
    ['binaryCrossEntropy', [[0], [Number.NaN]], 'targets must lie in [0, 1], got NaN'],
    ['binaryCrossEntropy', [[0], [1], [0.3]], undefined],
    ['bernoulliKl', [[0], [2]], 'targets must lie in [0, 1], got 2'],
    ['contrastive', [[0], [-1]], 'targets must lie in [0, 1], got -1'],
    ['hinge', [[0], [2]], 'targets must be -1 or 1, or 0 or 1, got 2'],
    ['squaredHinge', [[0.5], [1]], 'targets must be -1 or 1, or 0 or 1, got 0.5'],
    ['hinge', [[-1], [1]], undefined],
    ['crossEntropy', [0, 3], 'classes must be whole numbers from 0 to 2, got 3'],
    ['crossEntropy', [[0], [-1]], 'classes must be whole numbers from 0 to 2, got -1'],
    ['crossEntropy', [[0], [0.5]], 'classes must be whole numbers from 0 to 2, got 0.5'],
    ['crossEntropy', [0, 1, 2], undefined],
    ['crossEntropy', [[0.2, 0.8, 0]], undefined],
  ])('of %s: %j', (loss, target, complaint) => {
    expect(make({ name: loss }).complaint?.(tensor(target), 3)).toBe(complaint);
  });
});

describe('errors', () => {
  it.each(Object.keys(losses))('%s names an option that it does not know', (name) => {
    expect(() => make({ name, ...{ wieght: 1 } })).toThrow(`${name}: unknown option, got 'wieght'; known are `);
  });

  it.each<[{ readonly name: string; readonly [option: string]: unknown }, string]>([
    [{ name: 'crossEntropy', labelSmoothing: 1.5 }, 'crossEntropy: labelSmoothing must lie in [0, 1], got 1.5'],
    [
      { name: 'binaryCrossEntropy', labelSmoothing: -1 },
      'binaryCrossEntropy: labelSmoothing must lie in [0, 1], got -1',
    ],
    [{ name: 'hubr' }, "loss: unknown name, got 'hubr'; known are absoluteError, "],
    [{ name: 'huber', delta: 0 }, 'huber: delta must be positive, got 0'],
  ])('%j', (configuration, message) => {
    expect(() => make(configuration)).toThrow(message);
  });

  it.each<[string, unknown]>([
    ["loss: expected a name or an object, got a function; a loss of one's own is { elements, predict }", () => 0],
    ["loss: expected an object with a name, as { name: 'absoluteError' }, got 5", 5],
    ["loss: expected an object with a name, as { name: 'absoluteError' }, got an object with delta", { delta: 1 }],
  ])('%s', (message, configuration) => {
    expect(() => Reflect.apply(loss, undefined, [configuration])).toThrow(message);
  });

  it.each(['gaussianNll', 'gaussianKl', 'contrastive'])('%s needs two things side by side', (name) => {
    const { elements } = make({ name });
    expect(() => elements(matrix([[1, 2, 3]]), matrix([[1, 2, 3]]))).toThrow(
      `${name}: the output must have an even number of columns, got 3`,
    );
  });
});
