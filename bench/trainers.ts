// The trainings that are timed: XOR 2-3-1 as in examples/mlp-xor.ts, and classifiers of random inputs.

import {
  type Criterion,
  everySteps,
  mlp,
  never,
  normal,
  type OptimizerConfiguration,
  Trainer,
  type TrainerData,
  tensor,
} from '../src/index.ts';
import { generator } from '../src/testing/random.ts';

const optimizers = {
  sgd: { name: 'sgd', learningRate: 0.1 },
  rmsprop: { name: 'rmsprop', learningRate: 5e-3, momentum: 0.99, decay: 0.9 },
  adam: { name: 'adam', learningRate: 1e-3 },
} satisfies Record<string, OptimizerConfiguration>;

export type OptimizerName = keyof typeof optimizers;

/** So far away that no benchmark gets there. */
const RARELY = everySteps(2 ** 40);

export interface Training {
  readonly trainer: Trainer;
  readonly data: TrainerData;
}

export function xor(optimizer: OptimizerName, pause: Criterion = RARELY): Training {
  // biome-ignore format: a table
  const input = tensor([[0, 0], [0, 1], [1, 0], [1, 1]]);
  const target = tensor([[0], [1], [1], [0]]);
  const data: TrainerData = { train: [input, target], val: [input, target] };
  const model = mlp({
    inputs: 2,
    hidden: [3],
    outputs: 1,
    activation: 'sigmoid',
    loss: 'binaryCrossEntropy',
    initializer: normal(0, 1),
  });
  const trainer = new Trainer({ model, data, seed: 1, optimizer: optimizers[optimizer], pause, stop: never });
  return { trainer, data };
}

/** Sizes of the layers; relu and softmax cross-entropy, the class is the largest of the first inputs. */
export function classifier(
  [inputs, ...others]: readonly [number, ...number[]],
  batchSize: number,
  optimizer: OptimizerName,
  { pause = RARELY, rows = 10 * batchSize, threads = 1 }: { pause?: Criterion; rows?: number; threads?: number } = {},
): Training {
  const [hidden, outputs = 1] = [others.slice(0, -1), others.at(-1)];
  const random = generator(1);
  const input = tensor(Float32Array.from({ length: rows * inputs }, random), [rows, inputs]);
  const classes = Float32Array.from({ length: rows }, (_, row) => {
    const first = input.data.subarray(row * inputs, row * inputs + outputs);
    return first.indexOf(Math.max(...first));
  });
  const split = [input, tensor(classes)] as const;
  const model = mlp({ inputs, hidden, outputs, activation: 'relu', loss: 'crossEntropy', initializer: 'he' });
  const data: TrainerData = { train: split, val: split };
  const trainer = new Trainer({
    model,
    data,
    seed: 1,
    batchSize,
    optimizer: optimizers[optimizer],
    pause,
    stop: never,
    threads,
  });
  return { trainer, data };
}

/** Of the matrix products: forward, by the weights, and by the inputs of all layers but the first. */
export function operationsPerStep(sizes: readonly number[], batchSize: number): number {
  const weights = sizes.slice(1).map((size, i) => size * (sizes[i] ?? 0));
  const all = weights.reduce((sum, count) => sum + count, 0);
  return 2 * batchSize * (3 * all - (weights[0] ?? 0));
}
