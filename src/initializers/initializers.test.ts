// The initializers: moments and bounds within five standard deviations (the seeds are fixed), the structure they promise.

import { describe, expect, it } from 'vitest';
import { data, type Shape, size } from '../graph/node.ts';
import { evaluate } from '../testing/evaluate.ts';
import { item, range } from '../testing/item.ts';
import { dot } from '../testing/reference.ts';
import { type InitializerConfiguration, initializer } from './configure.ts';
import golden from './golden.json' with { type: 'json' };
import * as initializers from './index.ts';
import { withSpectralRadius } from './spectralRadius.ts';

function draw(configuration: InitializerConfiguration, shape: Shape, seed = 1, name = 'weight'): number[] {
  const stream = { seed: data('seed', Int32Array.of(seed, 0)), step: data('step', Int32Array.of(0), []), name };
  const node = initializer(configuration)(shape, stream);
  expect(node.shape).toEqual(shape);
  return item(evaluate([node]), 0);
}

const IN = 300;
const OUT = 200;
const SHAPE = [IN, OUT];
const N = IN * OUT;

/** Kurtosis: 3 normal, 9/5 uniform. */
interface Moments {
  readonly mean: number;
  readonly std: number;
  readonly kurtosis: number;
}

const normal = (std: number, mean = 0): Moments => ({ mean, std, kurtosis: 3 });
const uniform = (std: number, mean = 0): Moments => ({ mean, std, kurtosis: 9 / 5 });

const random: [InitializerConfiguration, Moments][] = [
  ['normal', normal(1)],
  [{ name: 'normal', mean: 2, std: 0.5 }, normal(0.5, 2)],
  ['uniform', uniform(1 / Math.sqrt(12), 0.5)],
  [{ name: 'uniform', low: -3, high: 1 }, uniform(4 / Math.sqrt(12), -1)],
  ['glorot', uniform(Math.sqrt(2 / (IN + OUT)))],
  [{ name: 'glorot', distribution: 'normal', gain: 2 }, normal(2 * Math.sqrt(2 / (IN + OUT)))],
  ['he', normal(Math.sqrt(2 / IN))],
  [{ name: 'he', distribution: 'uniform', gain: 0.5 }, uniform(0.5 * Math.sqrt(2 / IN))],
  ['lecun', normal(Math.sqrt(1 / IN))],
  [{ name: 'lecun', distribution: 'uniform', gain: 2 }, uniform(2 * Math.sqrt(1 / IN))],
];

describe('random values', () => {
  it.each(random)('%j: mean, variance, shape and bounds', (configuration, { mean, std, kurtosis }) => {
    const x = draw(configuration, SHAPE);
    const moment = (power: number): number => x.reduce((sum, value) => sum + (value - mean) ** power, 0) / N;
    expect(Math.abs(moment(1))).toBeLessThan((5 * std) / Math.sqrt(N));
    expect(Math.abs(moment(2) / std ** 2 - 1)).toBeLessThan(5 * Math.sqrt((kurtosis - 1) / N));
    expect(moment(4) / std ** 4).toBeCloseTo(kurtosis, 0);
    if (kurtosis === 3) return;
    const bound = Math.sqrt(3) * std * (1 + 1e-6);
    expect(x.every((value) => Math.abs(value - mean) <= bound)).toBe(true);
    expect(Math.max(...x.slice(0, 10_000)) - mean).toBeGreaterThan(0.99 * bound);
  });

  const all: InitializerConfiguration[] = [
    'normal',
    'uniform',
    'glorot',
    'he',
    'lecun',
    'orthogonal',
    'sparse',
    'spectralRadius',
  ];

  it.each(all)('%s: others for another seed and another parameter, the same for the same', (name) => {
    const one = draw(name, [20, 20]);
    expect(draw(name, [20, 20])).toEqual(one);
    expect(draw(name, [20, 20], 2)).not.toEqual(one);
    expect(draw(name, [20, 20], 1, 'bias')).not.toEqual(one);
  });
});

describe('orthogonal', () => {
  it.each([
    [7, 19],
    [19, 7],
    [16, 16],
    [1, 5],
    [5, 1],
    [100, 64],
  ])('has orthonormal rows or columns, whichever are fewer: [%d, %d]', (r, c) => {
    const x = draw({ name: 'orthogonal', gain: 3 }, [r, c]);
    const rows = range(r, (i) => x.slice(c * i, c * (i + 1)).map((value) => value / 3));
    const vectors = r <= c ? rows : range(c, (k) => rows.map((row) => item(row, k)));
    for (const [i, a] of vectors.entries()) {
      for (const [k, b] of vectors.slice(0, i + 1).entries()) {
        expect(Math.abs(dot(a, b) - Number(i === k))).toBeLessThan(1e-6);
      }
    }
  });
});

describe('spectralRadius', () => {
  it.each(golden.spectralRadius)('scales to it as NumPy finds it: $name', ({ n, matrix, radius }) => {
    const x = data('x', Float32Array.from(matrix), [n, n]);
    const [scaled = []] = evaluate([withSpectralRadius(x, 1.5)]);
    for (const [i, value] of matrix.entries()) {
      expect(Math.abs(item(scaled, i) * radius - 1.5 * value)).toBeLessThanOrEqual(1e-5 * 1.5 * Math.abs(value));
    }
  });

  it('keeps but a few entries of each column where it shall', () => {
    const x = draw({ name: 'spectralRadius', radius: 1, nonZero: 3 }, [40, 40]);
    const counts = range(40, (column) => range(40, (row) => Number(item(x, row * 40 + column) !== 0)));
    expect(counts.map((count) => count.reduce((a, b) => a + b))).toEqual(counts.map(() => 3));
  });

  it('is refused to matrices that are not square', () => {
    expect(() => draw('spectralRadius', [2, 3])).toThrow('spectralRadius: only square matrices have one, got [2, 3]');
  });
});

describe('sparse', () => {
  it.each([
    [40, 30, 15, 'sparse'],
    [40, 30, 3, { name: 'sparse', nonZero: 3, std: 2 }],
    [5, 7, 5, 'sparse'],
    [5, 7, 0, { name: 'sparse', nonZero: 0 }],
  ] as const)('has so many entries in each column of [%d, %d]: %d', (r, c, expected, configuration) => {
    const x = draw(configuration, [r, c]);
    const counts = range(c, (column) =>
      range(r, (row) => Number(item(x, row * c + column) !== 0)).reduce((a, b) => a + b),
    );
    expect(counts).toEqual(counts.map(() => expected));
  });

  it('has normal ones, of the standard deviation that is said', () => {
    const kept = draw({ name: 'sparse', nonZero: 10, std: 2 }, [20, 2000]).filter((value) => value !== 0);
    const variance = dot(kept, kept) / kept.length;
    expect(Math.abs(variance / 4 - 1)).toBeLessThan(5 * Math.sqrt(2 / kept.length));
  });

  it('does not use the numbers of the deviates to choose where they stand', () => {
    const dense = draw('normal', [20, 20]);
    const x = draw('sparse', [20, 20]);
    expect(x.filter((value, i) => value !== 0 && value !== dense[i])).toEqual([]);
  });
});

describe('given values', () => {
  it.each<[InitializerConfiguration, Shape, number[]]>([
    ['zeros', [2, 3], [0, 0, 0, 0, 0, 0]],
    [{ name: 'constants', value: 0.5 }, [3], [0.5, 0.5, 0.5]],
    [{ name: 'values', values: [1, 2, 3, 4] }, [2, 2], [1, 2, 3, 4]],
    [{ name: 'values', values: Float32Array.of(1, 2) }, [2], [1, 2]],
  ])('%j', (configuration, shape, expected) => {
    expect(draw(configuration, shape)).toEqual(expected);
    expect(draw(configuration, shape, 2, 'other')).toEqual(expected);
  });

  it('must be as many as the parameter has elements', () => {
    expect(() => draw({ name: 'values', values: [1, 2] }, [3])).toThrow(
      'values: parameter weight has shape [3], got 2 values',
    );
  });
});

describe('every initializer', () => {
  const configurations: Readonly<Record<keyof typeof initializers, InitializerConfiguration>> = {
    constants: { name: 'constants', value: 1 },
    glorot: 'glorot',
    he: 'he',
    lecun: 'lecun',
    normal: 'normal',
    orthogonal: 'orthogonal',
    sparse: 'sparse',
    spectralRadius: 'spectralRadius',
    uniform: 'uniform',
    values: { name: 'values', values: [1, 2, 3, 4, 5, 6] },
    zeros: 'zeros',
  };

  it.each(Object.entries(configurations))('%s fills any shape', (name, configuration) => {
    const shapes =
      name === 'spectralRadius'
        ? [
            [3, 3],
            [1, 1],
          ]
        : [[6], [2, 3], [6, 1], [1, 6], [1, 2, 3]];
    for (const shape of shapes) {
      expect(draw(configuration, shape).filter(Number.isFinite)).toHaveLength(size(shape));
    }
  });

  it.each(Object.keys(initializers))('%s names an option that it does not know', (name) => {
    const configuration = { name, scale: 2 };
    expect(() => Reflect.apply(initializer, undefined, [configuration])).toThrow(
      `${name}: unknown option, got 'scale'; known are `,
    );
  });
});

describe('mistakes', () => {
  it.each<[string, unknown]>([
    ["glorot: distribution must be 'uniform' or 'normal', got 'gauss'", { name: 'glorot', distribution: 'gauss' }],
    ["he: distribution must be 'uniform' or 'normal', got 'unifrom'", { name: 'he', distribution: 'unifrom' }],
    ['normal: std must be a number from 0 on, got -1', { name: 'normal', std: -1 }],
    ['normal: mean must be a number, got an object with name', { name: 'normal', mean: { name: 'x' } }],
    ['uniform: high must be a number, got an object with name', { name: 'uniform', high: { name: 'x' } }],
    [
      'values: values must be a list of numbers or a Float32Array, got 3; of a tensor, its data',
      { name: 'values', values: 3 },
    ],
    [
      'values: values must be a list of numbers or a Float32Array, got an object with data, shape; of a tensor, its data',
      { name: 'values', values: { data: [], shape: [0] } },
    ],
    ["initializer: expected an object with a name, as { name: 'constants' }, got 0.1", 0.1],
    ["initializer: expected an object with a name, as { name: 'constants' }, got an object with std", { std: 1 }],
  ])('%s', (message, configuration) => {
    expect(() => Reflect.apply(initializer, undefined, [configuration])).toThrow(message);
  });
});
