// Every model of the registry: it learns, is cut at every step and continued bit for bit, predicts what it says, and
// refuses what does not fit.

import { describe, expect, it } from 'vitest';
import { pick } from '../catalogue.ts';
import { rowsWhere } from '../data/split.ts';
import { type Tensor, tensor } from '../data/tensor.ts';
import { afterSteps, everySteps } from '../stops/index.ts';
import { expectContinuation } from '../testing/continuation.ts';
import { item, range } from '../testing/item.ts';
import { generator } from '../testing/random.ts';
import { type Split, Trainer, type TrainerOptions } from '../trainer.ts';
import * as models from './index.ts';
import type { Model } from './model.ts';

const random = generator(12);
const floats = (...shape: number[]): Tensor<Float32Array> =>
  tensor(
    Float32Array.from(
      range(
        shape.reduce((a, b) => a * b),
        () => 2 * random() - 1,
      ),
    ),
    shape,
  );
const [ROWS, STEPS] = [24, 6];

// Learnable data: targets are functions of the inputs.
const vectors = floats(ROWS, 5);
const sums = tensor(range(ROWS, (row) => [item(vectors.data, 5 * row) + item(vectors.data, 5 * row + 1)]));
const binary = tensor(
  Uint8Array.from(vectors.data, (value) => Number(value > 0)),
  [ROWS, 5],
);
const classes = tensor(Uint8Array.from(range(ROWS, (row) => Number(item(vectors.data, 5 * row) > 0))));
const images = floats(ROWS, 8, 8, 1);
const brightness = tensor(
  Uint8Array.from(
    range(ROWS, (row) => Number(images.data.subarray(64 * row, 64 * row + 32).reduce((a, b) => a + b) > 0)),
  ),
);
const sequences = floats(ROWS, STEPS, 3);
const before = tensor(
  Float32Array.from(sequences.data, (_, i) => (Math.floor(i / 3) % STEPS > 0 ? item(sequences.data, i - 3) : 0)),
  [ROWS, STEPS, 3],
);
const lengths = range(ROWS, (row) => 1 + (row % STEPS));
const mask = tensor(
  Uint8Array.from(range(ROWS * STEPS, (i) => Number(i % STEPS < item(lengths, Math.floor(i / STEPS))))),
  [ROWS, STEPS],
);
const tokens = tensor(Int32Array.from(range(ROWS * STEPS, () => Math.floor(4 * random()))), [ROWS, STEPS]);
const firstTokens = tensor(Int32Array.from(range(ROWS, (row) => item(tokens.data, STEPS * row))));
const nextTokens = tensor(
  Int32Array.from(tokens.data, (token) => (token + 1) % 4),
  [ROWS, STEPS],
);

interface Case {
  readonly model: Model;
  readonly split: Split;
  readonly prediction: readonly number[];
}

const steps = { inputs: 3, hidden: [6], outputs: 3, loss: 'squaredError' } as const;
const pooled = { vocabulary: 4, hidden: [6, 5], outputs: 4, loss: 'crossEntropy' } as const;

const cases: Readonly<Record<keyof typeof models, Readonly<Record<string, Case>>>> = {
  mlp: {
    plain: {
      model: models.mlp({ inputs: 5, hidden: [7], outputs: 1, activation: 'tanh', loss: 'squaredError', dropout: 0.1 }),
      split: [vectors, sums],
      prediction: [1],
    },
  },
  linear: {
    regression: {
      model: models.linear({ inputs: 5, outputs: 1, l2: 0.01, l1: 0.01 }),
      split: [vectors, sums],
      prediction: [1],
    },
    logistic: {
      model: models.linear({ inputs: 5, outputs: 1, loss: 'binaryCrossEntropy' }),
      split: [vectors, classes],
      prediction: [1],
    },
    'softmax, weighted': {
      model: models.linear({ inputs: 5, outputs: 2, loss: 'crossEntropy' }),
      split: [vectors, classes, tensor(Float32Array.from(range(ROWS, (row) => 1 + (row % 3))))],
      prediction: [2],
    },
  },
  cnn: {
    plain: {
      model: models.cnn({ image: [8, 8, 1], outputs: 2, filters: [3, 4], kernel: 3, hidden: [9] }),
      split: [images, brightness],
      prediction: [2],
    },
    'with batch normalization and dropout': {
      model: models.cnn({
        image: [8, 8, 1],
        outputs: 2,
        filters: [3],
        kernel: 3,
        hidden: [9],
        batchNorm: true,
        dropout: 0.2,
      }),
      split: [images, brightness],
      prediction: [2],
    },
  },
  rnn: {
    'per step': { model: models.rnn(steps), split: [sequences, before], prediction: [STEPS, 3] },
    'masked, bidirectional': {
      model: models.rnn({ ...steps, bidirectional: true, dropout: [0.05, 0.1] }),
      split: [sequences, before, mask],
      prediction: [STEPS, 3],
    },
  },
  lstm: {
    'per step': { model: models.lstm(steps), split: [sequences, before, mask], prediction: [STEPS, 3] },
    'pooled, of a vocabulary': {
      model: models.lstm({ ...pooled, pooling: 'last' }),
      split: [tokens, firstTokens, mask],
      prediction: [4],
    },
  },
  gru: {
    'per step, classes': {
      model: models.gru({ ...pooled, hidden: [6] }),
      split: [tokens, nextTokens, mask, tensor(Float32Array.from(range(ROWS, (row) => 1 + (row % 2))))],
      prediction: [STEPS, 4],
    },
    pooled: { model: models.gru({ ...pooled, pooling: 'mean' }), split: [tokens, firstTokens], prediction: [4] },
  },
  transformer: {
    causal: {
      model: models.transformer({
        vocabulary: 4,
        outputs: 4,
        loss: 'crossEntropy',
        width: 8,
        heads: 2,
        blocks: 2,
        dropout: 0.1,
      }),
      split: [tokens, nextTokens],
      prediction: [STEPS, 4],
    },
    'masked, pooled': {
      model: models.transformer({
        inputs: 3,
        outputs: 3,
        loss: 'squaredError',
        width: 8,
        heads: 2,
        blocks: 1,
        causal: false,
        pooling: 'max',
      }),
      split: [
        sequences,
        tensor(range(ROWS, (row) => Array.from(before.data.subarray(18 * row + 3, 18 * row + 6)))),
        mask,
      ],
      prediction: [3],
    },
  },
  autoencoder: {
    tied: { model: models.autoencoder({ inputs: 5, hidden: [4, 3] }), split: [vectors], prediction: [5] },
    'denoising, sparse, untied': {
      model: models.autoencoder({
        inputs: 5,
        hidden: [6],
        tied: false,
        loss: 'binaryCrossEntropy',
        noise: { name: 'mask', rate: 0.2 },
        sparsity: { target: 0.2, weight: 0.1 },
      }),
      split: [binary],
      prediction: [5],
    },
    'denoising, weighted': {
      model: models.autoencoder({ inputs: 5, hidden: [4], noise: { name: 'gaussian', std: 0.1 } }),
      split: [vectors, tensor(Float32Array.from(range(ROWS, (row) => row % 2)))],
      prediction: [5],
    },
  },
  vae: {
    bernoulli: {
      model: models.vae({ inputs: 5, hidden: [6], latent: 2, importanceSamples: 5 }),
      split: [binary],
      prediction: [5],
    },
    gaussian: {
      model: models.vae({ inputs: 5, hidden: [6], latent: 2, output: 'gaussian', importanceSamples: 5 }),
      split: [vectors],
      prediction: [5],
    },
  },
  fastDropout: {
    relu: {
      model: models.fastDropout({ inputs: 5, hidden: [7, 6], outputs: 2, loss: 'crossEntropy' }),
      split: [vectors, classes],
      prediction: [2],
    },
    sigmoid: {
      model: models.fastDropout({ inputs: 5, hidden: [7], outputs: 1, loss: 'squaredError', activation: 'sigmoid' }),
      split: [vectors, sums],
      prediction: [1],
    },
  },
};

const make = ({ model, split }: Case, options: Partial<TrainerOptions> = {}): Trainer =>
  new Trainer({
    model,
    data: { train: split, val: split },
    seed: 4,
    batchSize: 8,
    optimizer: { name: 'adam', learningRate: 0.01 },
    pause: everySteps(4),
    stop: afterSteps(12),
    ...options,
  });

const all = Object.entries(cases).flatMap(([name, ways]) =>
  Object.entries(ways).map(([way, one]) => [`${name} ${way}`, one] as const),
);

it('every model has a case', () => {
  expect(Object.keys(cases).sort()).toEqual(Object.keys(models).sort());
});

describe.each(all)('%s', { timeout: 60_000 }, (_, one) => {
  it('learns', async () => {
    const trainer = make(one, {
      optimizer: { name: 'adam', learningRate: 0.02 },
      pause: everySteps(50),
      stop: afterSteps(200),
    });
    const start = trainer.score(one.split);
    await trainer.fit();
    expect(trainer.bestLoss).toBeLessThan(start - 0.05 * Math.abs(start));
  });

  it('is cut at every step, and goes on bit for bit', async () => {
    await expectContinuation(() => make(one));
  });

  it('predicts the same of a row alone and among others', () => {
    const trainer = make(one);
    const all = trainer.predict(one.split);
    const [alone] = rowsWhere([all], (row) => row === 5);
    expect(trainer.predict(rowsWhere(one.split, (row) => row === 5))).toEqual(alone);
  });

  it('does not depend on how it is cut into chunks when it is scored, and predicts rows', () => {
    const trainer = make(one);
    expect(trainer.predict(one.split).shape).toEqual([ROWS, ...one.prediction]);
    const whole = make(one, { batchSize: 24 });
    expect(trainer.score(one.split)).toBeCloseTo(whole.score(one.split), 4);
  });
});

it('predicts a row of a model with large tables as it does all, and as quickly', () => {
  const words = tensor(Int32Array.from(range(ROWS * STEPS, () => Math.floor(20_000 * random()))), [ROWS, STEPS]);
  const model = models.rnn({
    vocabulary: 20_000,
    embeddingUnits: 64,
    hidden: [4],
    outputs: 2,
    loss: 'crossEntropy',
    pooling: 'mean',
  });
  const trainer = make({ model, split: [words, classes], prediction: [2] });
  const [alone] = rowsWhere([trainer.predict(words)], (row) => row === 5);
  expect(trainer.predict(rowsWhere([words], (row) => row === 5) as [Tensor])).toEqual(alone);
});

describe('a mask', () => {
  it.each(['lstm', 'gru', 'rnn', 'transformer'] as const)('hides what is behind it: %s', (name) => {
    const options = { inputs: 3, outputs: 3, loss: 'squaredError' } as const;
    const model =
      name === 'transformer'
        ? models.transformer({ ...options, width: 8, heads: 2 })
        : { lstm: models.lstm, gru: models.gru, rnn: models.rnn }[name]({
            ...options,
            hidden: [4],
            bidirectional: true,
          });
    const trainer = make({ model, split: [sequences, before, mask], prediction: [] });
    const spoilt = tensor(
      Float32Array.from(sequences.data, (value, i) => (item(mask.data, Math.floor(i / 3)) ? value : 99)),
      sequences.shape,
    );
    expect(trainer.score([spoilt, before, mask])).toBe(trainer.score([sequences, before, mask]));
  });
});

it('a causal model does not look ahead, another does', () => {
  const at0 = (causal: boolean): number[][] => {
    const model = models.transformer({ inputs: 3, outputs: 3, loss: 'squaredError', width: 8, heads: 2, causal });
    const trainer = make({ model, split: [sequences, before], prediction: [] });
    const other = tensor(
      Float32Array.from(sequences.data, (value, i) => (Math.floor(i / 3) % STEPS === 0 ? value : -value)),
      sequences.shape,
    );
    return [sequences, other].map((x) => Array.from(trainer.predict(x).data.subarray(0, 3)));
  };
  const [seen, same] = at0(true);
  expect(same).toEqual(seen);
  const [both, different] = at0(false);
  expect(different).not.toEqual(both);
});

describe('vae', () => {
  const trainer = make(item(Object.values(cases.vae), 0));

  it('has a bound that is the sum of its parts, and a tighter one', async () => {
    await trainer.fit();
    const score = (name?: string): number => trainer.score([binary], name);
    expect(score('reconstruction') + score('divergence')).toBeCloseTo(score(), 5);
    expect(score('negativeLogLikelihood')).toBeLessThan(score() + 0.05);
  });
});

describe("fast dropout's moments are those of dropout that is drawn", () => {
  const [n, inputs, draws] = [3, 300, 20_000];
  const x = floats(n, inputs);
  const target = tensor(range(n, (row) => [row - 1]));

  // One hidden unit, so that the units of a layer are independent; of so many inputs that what it gets is about normal. What
  // remains is the error of 20,000 draws, and for the sigmoid that of its approximation by the normal distribution.
  it.each([
    ['relu', (a: number) => Math.max(a, 0), 0.03],
    ['sigmoid', (a: number) => 1 / (1 + Math.exp(-a)), 0.03],
  ] as const)('%s', (activation, transfer, tolerance) => {
    const options = { inputs, hidden: [1], outputs: 1, loss: 'squaredError', activation } as const;
    const trainer = make({ model: models.fastDropout(options), split: [x, target], prediction: [1] }, { batchSize: n });
    const random = generator(7);
    const [weights, bias, scale] = [range(inputs, () => 0.4 * random()), 0.3, 2];
    trainer.parameters.get('hidden0.weight')?.set(weights);
    trainer.parameters.get('hidden0.bias')?.set([bias]);
    trainer.parameters.get('output.weight')?.set([scale]);
    const keeps = (rate: number): number => Number(random() >= rate);
    const drawn = range(n, (row) =>
      range(draws, () => {
        const a = weights.reduce((sum, w, i) => sum + keeps(0.2) * w * item(x.data, row * inputs + i), bias);
        return scale * keeps(0.5) * transfer(a);
      }),
    );
    const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b) / values.length;
    const predicted = trainer.predict([x, target]).data;
    for (const [row, values] of drawn.entries()) {
      expect(Math.abs(item(predicted, row) - mean(values)), `mean ${row}`).toBeLessThan(tolerance);
      const goal = item(target.data, row);
      const errors = values.map((value) => (value - goal) ** 2);
      const alone = tensor(x.data.slice(row * inputs, (row + 1) * inputs), [1, inputs]);
      expect(
        Math.abs(trainer.score([alone, tensor([[goal]])]) / mean(errors) - 1),
        `squared error ${row}`,
      ).toBeLessThan(tolerance);
    }
  });
});

describe('errors', () => {
  const sequence = { hidden: [2], outputs: 3, loss: 'squaredError' } as const;
  const train = (model: Model, ...split: [Tensor, ...Tensor[]]) => make({ model, split, prediction: [] });

  it.each<[string, () => unknown]>([
    ["linear: option 'outputs' is missing", () => Reflect.apply(models.linear, undefined, [{ inputs: 2 }])],
    [
      'cnn: filters must be positive whole numbers, got 0',
      () => models.cnn({ image: [8, 8, 1], outputs: 2, filters: [0] }),
    ],
    ['lstm: give either inputs or vocabulary, got none and none', () => models.lstm(sequence)],
    ['gru: hidden must be a list', () => Reflect.apply(models.gru, undefined, [{ ...sequence, inputs: 3, hidden: 2 }])],
    [
      'rnn: hidden must be positive whole numbers, got 2.5',
      () => models.rnn({ ...sequence, inputs: 3, hidden: [2.5] }),
    ],
    ['rnn: dropout must have 2 entries, got 1', () => models.rnn({ ...sequence, inputs: 3, dropout: [0.1] })],
    [
      'attention: heads must divide the 8 columns',
      () =>
        train(
          models.transformer({ ...{ inputs: 3, outputs: 3, loss: 'squaredError' }, width: 8, heads: 3 }),
          sequences,
          before,
        ),
    ],
    [
      'train: the input must be [n, steps, 2], as the model says, got [24, 6, 3]',
      () => train(models.lstm({ ...sequence, inputs: 2 }), sequences, before),
    ],
    [
      'train: the target must be [n, steps, 3], as the model says, got [24, 5]',
      () => train(models.lstm({ ...sequence, inputs: 3 }), sequences, vectors),
    ],
    [
      'train: the input must be whole numbers from 0 to 2, as the vocabulary says, got 3',
      () => train(models.gru({ ...pooled, vocabulary: 3 }), tokens, nextTokens),
    ],
    [
      'train: classes must be whole numbers from 0 to 2, got 3',
      () => train(models.gru({ ...pooled, outputs: 3 }), tokens, nextTokens),
    ],
    [
      'train: the mask must be 0 or 1, got 2',
      () =>
        train(
          models.lstm({ ...sequence, inputs: 3 }),
          sequences,
          before,
          tensor(new Uint8Array(ROWS * STEPS).fill(2), [ROWS, STEPS]),
        ),
    ],
    [
      'train: weights must be finite and at least 0, got -1',
      () => train(models.linear({ inputs: 5, outputs: 1 }), vectors, sums, tensor(new Float32Array(ROWS).fill(-1))),
    ],
    [
      "vae: output must be 'bernoulli' or 'gaussian', got 'laplace'",
      () => Reflect.apply(models.vae, undefined, [{ inputs: 5, hidden: [2], latent: 1, output: 'laplace' }]),
    ],
    [
      'autoencoder: noise must be',
      () => Reflect.apply(models.autoencoder, undefined, [{ inputs: 5, hidden: [2], noise: { name: 'salt' } }]),
    ],
    ['linear: l2 must be a number from 0 on, got -1', () => models.linear({ inputs: 5, outputs: 1, l2: -1 })],
    [
      'cnn: image must be a list [height, width, channels], got 28; images of one gray value have 1 channel',
      () => Reflect.apply(models.cnn, undefined, [{ image: 28, outputs: 2 }]),
    ],
    [
      'cnn: image must be a list [height, width, channels], got the list [28, 28]; images of one gray value have 1 channel',
      () => Reflect.apply(models.cnn, undefined, [{ image: [28, 28], outputs: 2 }]),
    ],
    [
      'cnn: filters must be a list, got 6',
      () => Reflect.apply(models.cnn, undefined, [{ image: [28, 28, 1], outputs: 2, filters: 6 }]),
    ],
    [
      "lstm: pooling must be 'mean' or 'sum' or 'max' or 'last', got 'average'",
      () => Reflect.apply(models.lstm, undefined, [{ ...sequence, inputs: 3, pooling: 'average' }]),
    ],
    [
      'activation: expected a name or a function, got an object with name, alpha; activations have no options',
      () =>
        Reflect.apply(models.autoencoder, undefined, [
          { inputs: 5, hidden: [2], activation: { name: 'elu', alpha: 2 } },
        ]),
    ],
    [
      "activation: unknown name, got 'rleu'; known are gelu, relu, sigmoid, silu, softmax,",
      () => Reflect.apply(models.autoencoder, undefined, [{ inputs: 5, hidden: [2], activation: 'rleu' }]),
    ],
    [
      'fastDropout: rates must lie in (0, 1), got 1',
      () => models.fastDropout({ inputs: 5, hidden: [2], outputs: 1, loss: 'squaredError', dropout: 1 }),
    ],
  ])('%s', (message, build) => {
    expect(build).toThrow(message);
  });

  it.each(Object.keys(models))('%s says what its options are when it is given none', (name) => {
    expect(() => Reflect.apply(pick('model', models, name), undefined, [5])).toThrow(
      `${name}: expected an object with options, got 5; known are `,
    );
  });
});
