// What is exported to ONNX in tests: every operation that has a counterpart, and every model, with what Alchemie computes.

import { onnx } from '../analysis/exports/onnx.ts';
import { translations } from '../analysis/onnx/ops.ts';
import { type Tensor, tensor } from '../data/tensor.ts';
import { data, leaf, type Node, size } from '../graph/node.ts';
import * as ops from '../graph/ops/index.ts';
import * as models from '../models/index.ts';
import type { Model } from '../models/model.ts';
import { afterSteps, everySteps } from '../stops/index.ts';
import type { PredictionGraph } from '../trainer/programs.ts';
import { type Split, Trainer } from '../trainer.ts';
import { evaluate } from './evaluate.ts';
import { range } from './item.ts';
import { opCases } from './opCases.ts';
import { generator } from './random.ts';

interface Numbers {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

export interface OnnxCase {
  readonly name: string;
  readonly file: Uint8Array;
  readonly runs: readonly { readonly inputs: Readonly<Record<string, Numbers>>; readonly prediction: Numbers }[];
}

export function onnxOf(graph: PredictionGraph): Uint8Array {
  return Buffer.concat([...(onnx.graph?.(graph, { configuration: '1' }) ?? [])]);
}

/** A model without inputs for each case of each operation. */
export function operationCases(): OnnxCase[] {
  return Object.entries(opCases).flatMap(([op, cases]) =>
    cases.flatMap(({ inputs, apply }, i): OnnxCase[] => {
      if (!Object.hasOwn(translations, op) || inputs.some(({ type }) => type !== 'f32')) return [];
      const node = apply(...inputs);
      const valuesOf = (): Float32Array => new Float32Array();
      const [data = []] = evaluate([node]);
      const prediction = { shape: [1, data.length], data };
      return [
        { name: `${op}-${i}`, file: onnxOf({ build: () => [node], valuesOf }), runs: [{ inputs: {}, prediction }] },
      ];
    }),
  );
}

const weights = (name: string, ...shape: readonly number[]): Node =>
  data(name, Float32Array.from(range(size(shape), (i) => ((7 * i) % 11) / 8 - 0.5)), shape);

/** Every operation that has a counterpart, of x[n, 12]; it changes with the list of counterparts alone. */
export function everyOperation(x: Node): Node {
  const [n = 1] = x.shape;
  const seen = ops.conv2d(ops.reshape(x, [n, 4, 3, 1]), weights('filters', 2, 2, 1, 2), { padding: 1 });
  const pooled = ops.averagePool2d(ops.maxPool2d(seen, { size: 2, stride: 1 }), { size: [2, 1] });
  const hidden = ops.add(ops.matmul(ops.reshape(pooled, [n, 12]), weights('weight', 12, 6)), weights('bias', 6));
  const maps = [
    ...[ops.tanh, ops.sigmoid, ops.softplus, ops.softsign, ops.gelu, ops.silu, ops.relu, ops.erf, ops.sin, ops.cos],
    ...[
      ops.exp,
      ops.negate,
      ops.abs,
      ops.sign,
      ops.floor,
      ops.square,
      ops.flush,
      ops.copy,
      ops.softmax,
      ops.logSoftmax,
    ],
  ].map((map) => map(hidden));
  const positive = ops.add(ops.abs(hidden), 0.5);
  const roots = [ops.sqrt, ops.reciprocal, ops.log, ops.log1p].map((map) => map(positive));
  const level = weights('level', 6);
  const pairs = [
    ops.pow(positive, 1.5),
    ...[ops.subtract, ops.maximum, ops.minimum, ops.atLeast].map((zip) => zip(hidden, level)),
  ];
  const places = ops.minimum(ops.floor(ops.multiply(positive, 2)), 3);
  const looked = ops.sumGroups(ops.reshape(ops.embedding(weights('table', 4, 6), places), [n * 6, 6]), n);
  const heads = ops.swapMiddleAxes(ops.reshape(hidden, [n, 3, 1, 2]));
  const looks = ops.batchMatmul(ops.softmax(ops.batchMatmul(heads, heads, { b: true })), heads);
  const steps = ops.swapMiddleAxes(ops.reshape(hidden, [1, n, 3, 2]));
  const twice = ops.concatenate([ops.slice(steps, 2 * n, [n, 2]), ops.slice(steps, 0, [n, 4])]);
  const repeated = ops.sumGroups(ops.repeatRows(hidden, 3), n);
  const statistics = ops.divide(ops.sumRows(weights('rows', 3, 6)), ops.add(ops.sum(ops.square(level)), 1));
  const mean = ops.expand(ops.sumColumns(hidden), [n, 6]);
  const rows = [looked, ops.reshape(looks, [n, 6]), ops.reshape(twice, [n, 6]), repeated, mean];
  const all = [...maps, ...roots, ...pairs, ...rows, ops.expand(statistics, [n, 6])];
  return all.reduce((total, part, i) => ops.add(total, ops.multiply(part, 1 / (i + 1))));
}

/** That, and what it gives for some numbers of samples. */
export function everyOperationCase(): OnnxCase {
  const runs = [1, 4].map((n) => {
    const x = weights('x', n, 12);
    const [data = []] = evaluate([everyOperation(x)]);
    const inputs = { x: { shape: x.shape, data: Array.from(x.leaf?.values ?? []) } };
    return { inputs, prediction: { shape: [n, 6], data } };
  });
  const build = (n: number): Node[] => [everyOperation(leaf('input', 'x', [n, 12]))];
  return { name: 'every operation', file: onnxOf({ build, valuesOf: () => new Float32Array() }), runs };
}

const random = generator(5);
const [ROWS, STEPS] = [24, 5];
const floats = (...shape: readonly number[]): Tensor<Float32Array> =>
  tensor(
    Float32Array.from(
      range(
        shape.reduce((a, b) => a * b),
        () => 2 * random() - 1,
      ),
    ),
    shape,
  );
const whole = (below: number, ...shape: readonly number[]): Tensor<Int32Array> =>
  tensor(
    Int32Array.from(
      range(
        shape.reduce((a, b) => a * b),
        () => Math.floor(below * random()),
      ),
    ),
    shape,
  );

const [vectors, images, sequences, tokens] = [
  floats(ROWS, 5),
  floats(ROWS, 8, 8, 1),
  floats(ROWS, STEPS, 3),
  whole(4, ROWS, STEPS),
];
const [sums, classes, steps, next, fractions] = [
  floats(ROWS, 1),
  whole(2, ROWS),
  floats(ROWS, STEPS, 2),
  whole(4, ROWS, STEPS),
  tensor(Float32Array.from(vectors.data, Math.abs), [ROWS, 5]),
];
const lengths = range(ROWS, (row) => 1 + (row % STEPS));
const mask = tensor(
  Float32Array.from(range(ROWS * STEPS, (i) => Number(i % STEPS < (lengths[Math.floor(i / STEPS)] ?? 0)))),
  [ROWS, STEPS],
);

interface ModelCase {
  readonly model: Model;
  readonly split: Split;
}

const perStep = { inputs: 3, hidden: [4], outputs: 2, loss: 'squaredError' } as const;
const perToken = { vocabulary: 4, outputs: 4, loss: 'crossEntropy' } as const;

/** As users build them. */
export const modelCases: Readonly<Record<keyof typeof models, readonly ModelCase[]>> = {
  mlp: (['identity', 'relu', 'tanh', 'sigmoid', 'softplus', 'softsign', 'gelu', 'silu'] as const).map((activation) => ({
    model: models.mlp({ inputs: 5, hidden: [7, 3], outputs: 2, activation, loss: 'crossEntropy', dropout: 0.2 }),
    split: [vectors, classes],
  })),
  linear: [{ model: models.linear({ inputs: 5, outputs: 1, loss: 'binaryCrossEntropy' }), split: [vectors, classes] }],
  cnn: [
    {
      model: models.cnn({ image: [8, 8, 1], outputs: 2, filters: [3, 4], kernel: 3, hidden: [9] }),
      split: [images, classes],
    },
    {
      model: models.cnn({ image: [8, 8, 1], outputs: 2, filters: [3], kernel: 3, hidden: [9], batchNorm: true }),
      split: [images, classes],
    },
  ],
  rnn: [
    { model: models.rnn(perStep), split: [sequences, steps] },
    { model: models.rnn({ ...perStep, bidirectional: true }), split: [sequences, steps, mask] },
  ],
  lstm: [
    { model: models.lstm({ ...perStep, bidirectional: true }), split: [sequences, steps] },
    { model: models.lstm({ ...perToken, hidden: [4, 3], pooling: 'last' }), split: [tokens, whole(4, ROWS), mask] },
  ],
  gru: (['mean', 'sum', 'max', 'last'] as const).map((pooling) => ({
    model: models.gru({ ...perToken, hidden: [4], pooling }),
    split: [tokens, whole(4, ROWS)],
  })),
  transformer: [
    { model: models.transformer({ ...perToken, width: 8, heads: 2, blocks: 2 }), split: [tokens, next] },
    {
      model: models.transformer({
        inputs: 3,
        outputs: 2,
        loss: 'squaredError',
        width: 8,
        heads: 4,
        blocks: 1,
        causal: false,
      }),
      split: [sequences, steps, mask],
    },
  ],
  autoencoder: [{ model: models.autoencoder({ inputs: 5, hidden: [3], loss: 'squaredError' }), split: [vectors] }],
  vae: [{ model: models.vae({ inputs: 5, hidden: [4], latent: 2 }), split: [fractions] }],
  fastDropout: [
    {
      model: models.fastDropout({ inputs: 5, hidden: [4], outputs: 2, loss: 'crossEntropy' }),
      split: [vectors, classes],
    },
    {
      model: models.fastDropout({ inputs: 5, hidden: [4], outputs: 1, loss: 'squaredError', activation: 'sigmoid' }),
      split: [vectors, sums],
    },
  ],
};

/** A trainer that has made some steps. */
export async function trained({ model, split }: ModelCase): Promise<Trainer> {
  const optimizer = { name: 'adam', learningRate: 0.05 } as const;
  const data = { train: split, val: split };
  const trainer = new Trainer({
    model,
    data,
    seed: 3,
    optimizer,
    batchSize: 8,
    pause: everySteps(2),
    stop: afterSteps(6),
  });
  await trainer.fit();
  return trainer;
}

/** Every model with its best parameters, and what it predicts for other numbers of samples than it was trained with. */
export async function predictionCases(): Promise<OnnxCase[]> {
  const cases: OnnxCase[] = [];
  for (const [name, ofModel] of Object.entries(modelCases)) {
    for (const [i, one] of ofModel.entries()) {
      const trainer = await trained(one);
      const { fields } = one.model;
      cases.push(
        await trainer.withBest(() => {
          const runs = [1, 3, ROWS].map((rows) => {
            const given = one.split.map((all) =>
              tensor(all.data.slice(0, (rows * all.data.length) / ROWS), [rows, ...all.shape.slice(1)]),
            ) as unknown as Split;
            const inputs = Object.fromEntries(
              given.map(({ data, shape }, place) => [fields[place]?.name ?? '', numbers(data, shape)]),
            );
            const { data, shape } = trainer.predict(given);
            return { inputs, prediction: numbers(data, shape) };
          });
          return { name: `${name}-${i}`, file: onnxOf(trainer.prediction), runs };
        }),
      );
    }
  }
  return cases;
}

function numbers(data: ArrayLike<number>, shape: readonly number[]): Numbers {
  return { shape: shape.length > 1 ? shape : [...shape, 1], data: Array.from(data) };
}
