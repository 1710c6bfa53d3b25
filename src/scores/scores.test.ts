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

const x = tensor([
  [0, 0],
  [0, 1],
  [1, 0],
  [1, 1],
]);
const z = tensor([0, 0, 0, 1]);
const val = [tensor([[1, 1]]), tensor([1])] as const;

const make = (scores: Readonly<Record<string, unknown>>): Trainer =>
  Reflect.construct(Trainer, [
    {
      model: mlp({ inputs: 2, hidden: [], outputs: 2, activation: [], loss: 'crossEntropy' }),
      data: { train: [x, z], val },
      seed: 1,
      optimizer: { name: 'adam', learningRate: 0.1 },
      scores,
      pause: everySteps(100),
      stop: afterSteps(200),
    },
  ]);

it('several scores of any kind stand in one line of the log, and are computed of other data', async () => {
  const meanOfLargest: Score = ({ data }) =>
    data.reduce((sum, p, i) => sum + (i % 2 ? 0 : Math.max(p, data[i + 1] ?? 0)), 0) / 4;
  const trainer = make({ accuracy, sureness: meanOfLargest });
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
  expect(trainer.score([x, z], 'sureness')).toBe(last?.trainSureness);
  expect(trainer.score(val, 'accuracy')).toBe(1);
});

it.each<[mistake: string, score: unknown]>([
  ['scores.mine: must give a number, got undefined', () => {}],
  ['scores.mine: must give a number, got a bigint', () => 1n],
  ['scores.mine: must give a number, got an instance of Promise', async () => 1],
  ['scores.mine: must give a number, got a list', () => [1]],
])('%s', async (mistake, score) => {
  const trainer = make({ mine: score });
  await expect(trainer.fit()).rejects.toThrow(mistake);
  expect(() => trainer.score(val, 'mine')).toThrow(mistake);
});

it.each<[mistake: string, scores: Readonly<Record<string, unknown>>]>([
  [
    'Trainer: scores.mine must be a function such as accuracy, or the name of a score of the model, got a number',
    { mine: 5 },
  ],
  [
    'Trainer: scores.mine must be a function such as accuracy, or the name of a score of the model, got undefined',
    { mine: undefined },
  ],
  ['Trainer: scores.loss and loss would both be logged as trainLoss; rename it', { loss: accuracy }],
  [
    'Trainer: scores.Accuracy and accuracy would both be logged as trainAccuracy; rename it',
    { accuracy, Accuracy: accuracy },
  ],
])('%s', (mistake, scores) => {
  expect(() => make(scores)).toThrow(mistake);
});
