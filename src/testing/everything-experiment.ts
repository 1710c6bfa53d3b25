// An experiment whose report has the SHA-256 of everything that 20 steps changed, for each optimizer, loss and model that it
// is told.

import { createHash } from 'node:crypto';
import {
  afterSteps,
  autoencoder,
  cnn,
  defineExperiment,
  everySteps,
  fastDropout,
  gru,
  type LossConfiguration,
  linear,
  lstm,
  type Model,
  mlp,
  type OptimizerConfiguration,
  rnn,
  type Split,
  Trainer,
  tensor,
  transformer,
  vae,
} from 'alchemie';
import type * as registry from '../models/index.ts';

const ROWS = 12;

/** Zeros and ones that are never quite the same from row to row. */
function pattern(...shape: number[]) {
  const size = shape.reduce((a, b) => a * b, ROWS);
  return tensor(
    Uint8Array.from({ length: size }, (_, i) => Number((i * i + 3 * i) % 7 < 3)),
    [ROWS, ...shape],
  );
}

const [vectors, targets, images, sequences] = [pattern(6), pattern(4), pattern(8, 8, 1), pattern(5, 3)];

const sizes = { inputs: 6, hidden: [5], outputs: 4, loss: 'squaredError' } as const;
const steps = { inputs: 3, hidden: [4, 4], outputs: 3, loss: 'binaryCrossEntropy', dropout: 0.2 } as const;

const models: Readonly<Record<keyof typeof registry, readonly [Model, Split]>> = {
  autoencoder: [autoencoder({ inputs: 6, hidden: [4], noise: { name: 'mask', rate: 0.2 } }), [vectors]],
  cnn: [cnn({ image: [8, 8, 1], outputs: 4, filters: [3], batchNorm: true, dropout: 0.2 }), [images, targets]],
  fastDropout: [fastDropout(sizes), [vectors, targets]],
  gru: [gru(steps), [sequences, sequences]],
  linear: [linear({ inputs: 6, outputs: 4 }), [vectors, targets]],
  lstm: [lstm(steps), [sequences, sequences]],
  mlp: [mlp({ ...sizes, activation: 'tanh', dropout: 0.2 }), [vectors, targets]],
  rnn: [rnn({ ...steps, bidirectional: true }), [sequences, sequences]],
  transformer: [transformer({ ...steps, hidden: 8, width: 8, heads: 2, dropout: 0.1 }), [sequences, sequences]],
  vae: [vae({ inputs: 6, hidden: [5], latent: 2 }), [vectors]],
};

interface Names {
  readonly optimizers: readonly (OptimizerConfiguration & { readonly name: string })[];
  readonly losses: readonly (LossConfiguration & string)[];
  readonly models: readonly (keyof typeof registry)[];
}

const TARGET_COLUMNS: Readonly<Record<string, number>> = { contrastive: 1, gaussianNll: 2 };

function trainerOf([model, split]: readonly [Model, Split], optimizer: OptimizerConfiguration, seed: number): Trainer {
  const data = { train: split, val: split };
  return new Trainer({ model, data, seed, optimizer, batchSize: 5, pause: everySteps(10), stop: afterSteps(20) });
}

function* trainersOf(names: Names, seed: number): Iterable<[string, Trainer]> {
  const sgd = { name: 'sgd' } as const;
  for (const optimizer of names.optimizers) yield [optimizer.name, trainerOf(models.mlp, optimizer, seed)];
  for (const name of names.models) yield [name, trainerOf(models[name], sgd, seed)];
  for (const loss of names.losses) {
    const model = mlp({ ...sizes, loss, activation: 'tanh' });
    yield [loss, trainerOf([model, [vectors, pattern(TARGET_COLUMNS[loss] ?? 4)]], sgd, seed)];
  }
}

export default defineExperiment({
  preamble: () => '',
  drawPars: (n): Names[] => Array.from({ length: n }, () => ({ optimizers: [], losses: [], models: [] })),
  loadData: () => ({ train: models.mlp[1], val: models.mlp[1] }),
  newTrainer: (_, __, { seed }) => trainerOf(models.mlp, { name: 'sgd' }, seed),
  makeReport: async (names) => {
    const hashes: Record<string, string> = {};
    // One seed for all configurations: they are to be the same.
    for (const [name, trainer] of trainersOf(names, 5)) {
      await trainer.fit();
      const hash = createHash('sha256');
      for (const { data } of trainer.snapshot().values()) hash.update(data);
      hashes[name] = hash.digest('hex');
    }
    return hashes;
  },
});
