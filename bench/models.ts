// A training step of each model, and the memory of its trainer with data and all programs; beside them PyTorch's time for the
// same step on one thread and what it must keep (models.py beside this), where a Python with PyTorch is found: that of the
// environment variable PYTHON, or python3.

import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import {
  autoencoder,
  cnn,
  everySteps,
  fastDropout,
  gru,
  linear,
  lstm,
  type Model,
  mlp,
  never,
  rnn,
  type Split,
  type Tensor,
  Trainer,
  tensor,
  transformer,
  vae,
} from '../src/index.ts';
import { generator } from '../src/testing/random.ts';
import { measure, type Result, validate } from './measure.ts';

const [ROWS, STEPS, KEYS, SEQUENCES] = [128, 64, 88, 16];
const random = generator(1);
const draw = (shape: readonly number[], value: () => number): Tensor<Float32Array> =>
  tensor(Float32Array.from({ length: shape.reduce((a, b) => a * b) }, value), shape);

const images = draw([ROWS, 784], random);
const labels = draw([ROWS], () => Math.floor(10 * random()));
const rolls = draw([SEQUENCES, STEPS, KEYS], () => Number(random() < 0.05));
const tokens = draw([SEQUENCES, STEPS], () => Math.floor(64 * random()));

const recurrent = { inputs: KEYS, hidden: [128], outputs: KEYS, loss: 'binaryCrossEntropy' } as const;

interface Training {
  readonly model: Model;
  readonly split: Split;
  readonly batchSize: number;
}

const byImages = (model: Model, batchSize = ROWS): Training => ({ model, split: [images, labels], batchSize });
const byRolls = (model: Model): Training => ({ model, split: [rolls, rolls], batchSize: SEQUENCES });

/** The names are those of models.py. */
const trainings: Readonly<Record<string, Training>> = {
  'linear 784-10, batch 128': byImages(linear({ inputs: 784, outputs: 10, loss: 'crossEntropy' })),
  'mlp 784-512-256-10, batch 128': byImages(
    mlp({ inputs: 784, hidden: [512, 256], outputs: 10, activation: 'relu', loss: 'crossEntropy' }),
  ),
  'cnn LeNet 28×28, batch 64': byImages(cnn({ image: [28, 28, 1], outputs: 10 }), 64),
  'rnn 88-128-88, 64 steps, batch 16': byRolls(rnn(recurrent)),
  'lstm 88-128-88, 64 steps, batch 16': byRolls(lstm(recurrent)),
  'gru 88-128-88, 64 steps, batch 16': byRolls(gru(recurrent)),
  'transformer 64 wide, 2 blocks, 64 steps, batch 16': {
    model: transformer({ vocabulary: 64, outputs: 64, loss: 'crossEntropy' }),
    split: [tokens, tokens],
    batchSize: SEQUENCES,
  },
  'autoencoder 784-256-64, batch 128': {
    model: autoencoder({ inputs: 784, hidden: [256, 64] }),
    split: [images],
    batchSize: ROWS,
  },
  'vae 784-256-16, batch 128': {
    model: vae({ inputs: 784, hidden: [256], latent: 16 }),
    split: [images],
    batchSize: ROWS,
  },
  'fastDropout 784-256-10, batch 128': byImages(
    fastDropout({ inputs: 784, hidden: [256], outputs: 10, loss: 'crossEntropy' }),
  ),
};

const RARELY = everySteps(2 ** 40);

function trainerOf({ model, split, batchSize }: Training): Trainer {
  const optimizer = { name: 'adam', learningRate: 1e-3 } as const;
  return new Trainer({
    model,
    data: { train: split, val: split },
    seed: 1,
    batchSize,
    optimizer,
    pause: RARELY,
    stop: never,
  });
}

interface Peer {
  readonly milliseconds: number;
  readonly bytes: number;
}

/** By name, where there is a PyTorch. */
function peers(): ReadonlyMap<string, Peer> {
  const script = fileURLToPath(new URL('bench/models.py', import.meta.resolve('alchemie/package.json')));
  const { stdout } = spawnSync(process.env.PYTHON ?? 'python3', [script], { encoding: 'utf8' });
  const lines = (stdout ?? '').split('\n').filter((line) => line.startsWith('{'));
  return new Map(
    lines.map((line) => {
      const { name, milliseconds, bytes } = JSON.parse(line);
      return [String(name), { milliseconds: Number(milliseconds), bytes: Number(bytes) }];
    }),
  );
}

export async function run(): Promise<Result[]> {
  const tasks: Record<string, () => Promise<unknown>> = {};
  const memory = new Map<string, number>();
  for (const [name, training] of Object.entries(trainings)) {
    const trainer = trainerOf(training);
    memory.set(name, trainer.bytes);
    const start = trainer.snapshot();
    const before = trainer.score(training.split);
    for (let slice = 0; slice < 5; slice++) await trainer.fit({ between: () => true });
    validate(name, trainer.score(training.split) < before);
    tasks[name] = async () => {
      trainer.restore(start, []);
      const started = performance.now();
      await trainer.fit({ between: () => true });
      const elapsed = performance.now() - started;
      return { overriddenDuration: elapsed / trainer.step, overriddenIterationCost: elapsed };
    };
  }
  const timings = await measure(tasks);
  const theirs = peers();
  return Object.entries(timings).flatMap(([name, { milliseconds, noise }]): Result[] => {
    const peer = theirs.get(name);
    return [
      { name, value: milliseconds, unit: 'ms/step', noise },
      { name, value: (memory.get(name) ?? Number.NaN) / 2 ** 20, unit: 'MiB' },
      ...(peer
        ? [
            { name, value: peer.milliseconds, unit: 'ms/step, PyTorch' },
            { name, value: peer.milliseconds / milliseconds, unit: 'times as fast' },
            { name, value: peer.bytes / 2 ** 20, unit: 'MiB, PyTorch' },
          ]
        : []),
    ];
  });
}
