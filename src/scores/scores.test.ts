// The scores on small predictions, and in the log of a trainer beside others.

import { expect, it } from 'vitest';
import { tensor } from '../data/tensor.ts';
import { mlp } from '../models/mlp.ts';
import { afterSteps, everySteps } from '../stops/index.ts';
import { Trainer } from '../trainer.ts';
import { accuracy } from './index.ts';
import type { Score } from './score.ts';

const classes = [
  [0.2, 0.7, 0.1],
  [0.5, 0.4, 0.1],
  [0.4, 0.4, 0.2],
  [0.1, 0.2, 0.7],
];

it.each([
  ['classes', classes, [1, 1, 0, 2], undefined, 3 / 4],
  ['a column of classes', classes, [[1], [1], [0], [2]], undefined, 3 / 4],
  [
    'one column per class',
    classes,
    [
      [0, 1, 0],
      [0, 1, 0],
      [1, 0, 0],
      [1, 0, 0],
    ],
    undefined,
    2 / 4,
  ],
  ['weights', classes, [1, 1, 0, 0], [1, 2, 3, 0], 4 / 6],
  ['probabilities', [[0.6], [0.4], [0.5], [0.9]], [[1], [1], [0], [0]], undefined, 2 / 4],
  [
    'time steps',
    [
      [
        [0.9, 0.1],
        [0.2, 0.8],
      ],
      [
        [0.3, 0.7],
        [0.6, 0.4],
      ],
    ],
    [
      [0, 0],
      [1, 1],
    ],
    undefined,
    2 / 4,
  ],
  [
    'time steps of weighted samples',
    [
      [
        [0.9, 0.1],
        [0.2, 0.8],
      ],
      [
        [0.3, 0.7],
        [0.6, 0.4],
      ],
    ],
    [
      [0, 1],
      [1, 1],
    ],
    [3, 1],
    7 / 8,
  ],
])('accuracy of %s', (_, prediction, target, weight, expected) => {
  const predicted = tensor(prediction);
  const floats = { data: Float32Array.from(predicted.data), shape: predicted.shape };
  expect(accuracy(floats, tensor(target), weight && tensor(weight))).toBeCloseTo(expected, 12);
});

it('accuracy names shapes that do not fit', () => {
  const prediction = { data: Float32Array.of(1, 0, 0), shape: [1, 3] };
  expect(() => accuracy(prediction, tensor([[1, 0]]))).toThrow(
    'accuracy: targets [1, 2] do not fit predictions [1, 3]',
  );
  const two = { data: Float32Array.of(1, 0), shape: [2, 1] };
  expect(() => accuracy(two, tensor([1, 0]), tensor([1, 1, 1]))).toThrow(
    'accuracy: 3 weights do not fit 2 rows of predictions',
  );
});

it('several scores of any kind stand in one line of the log', async () => {
  const x = tensor([
    [0, 0],
    [0, 1],
    [1, 0],
    [1, 1],
  ]);
  const z = tensor([0, 0, 0, 1]);
  const model = mlp({ inputs: 2, hidden: [], outputs: 2, activation: [], loss: 'crossEntropy' });
  const meanOfLargest: Score = ({ data }) =>
    data.reduce((sum, p, i) => sum + (i % 2 ? 0 : Math.max(p, data[i + 1] ?? 0)), 0) / 4;
  const trainer = new Trainer({
    model,
    data: { train: [x, z], val: [tensor([[1, 1]]), tensor([1])] },
    seed: 1,
    optimizer: { name: 'adam', learningRate: 0.1 },
    scores: { accuracy, sureness: meanOfLargest },
    pause: everySteps(100),
    stop: afterSteps(200),
  });
  await trainer.fit();
  const last = trainer.log.at(-1);
  expect(Object.keys(last ?? {})).toEqual([
    'step',
    'epoch',
    'bestLoss',
    'trainLoss',
    'valLoss',
    'trainAccuracy',
    'trainSureness',
    'valAccuracy',
    'valSureness',
  ]);
  expect([last?.trainAccuracy, last?.valAccuracy]).toEqual([1, 1]);
  expect(last?.trainSureness).toBeGreaterThan(0.9);
});
