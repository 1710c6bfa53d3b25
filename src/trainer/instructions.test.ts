// How many instructions the machine is given for a training step: each costs some nanoseconds and, in large nets, a pass
// over memory. A guard against graphs that have become longer; what the instructions cost is counted in bench/.

import { expect, it } from 'vitest';
import { everySteps, mlp, never, type OptimizerConfiguration, Trainer, tensor } from '../index.ts';
import { item, range } from '../testing/item.ts';

function instructions(sizes: readonly number[], batchSize: number | undefined, optimizer: OptimizerConfiguration) {
  const [inputs, outputs] = [item(sizes, 0), item(sizes, sizes.length - 1)];
  const isBinary = outputs === 1;
  const model = mlp({
    inputs,
    hidden: sizes.slice(1, -1),
    outputs,
    activation: isBinary ? 'sigmoid' : 'relu',
    loss: isBinary ? 'binaryCrossEntropy' : 'crossEntropy',
  });
  const rows = batchSize ?? 4;
  const split = [tensor(new Float32Array(rows * inputs), [rows, inputs]), tensor(range(rows, () => [0]))] as const;
  const data = { train: split, val: split };
  const batch = batchSize === undefined ? {} : { batchSize };
  const trainer = new Trainer({ model, data, seed: 1, optimizer, pause: everySteps(1), stop: never, ...batch });
  const [, train = ''] = /^train:\n((?: {2}.*\n)*)/m.exec(trainer.program) ?? [];
  return train.split('\n').filter((line) => line.startsWith('  %')).length;
}

it.each<[string, readonly number[], number | undefined, OptimizerConfiguration, number]>([
  ['XOR 2-3-1, sgd', [2, 3, 1], undefined, { name: 'sgd' }, 16],
  ['XOR 2-3-1, rmsprop', [2, 3, 1], undefined, { name: 'rmsprop', momentum: 0.9 }, 16],
  ['XOR 2-3-1, adam', [2, 3, 1], undefined, { name: 'adam' }, 18],
  ['64-32-10, sgd', [64, 32, 10], 32, { name: 'sgd' }, 17],
  ['64-32-10, adam', [64, 32, 10], 32, { name: 'adam' }, 19],
  ['784-512-256-10, sgd', [784, 512, 256, 10], 128, { name: 'sgd' }, 23],
  ['784-512-256-10, adam', [784, 512, 256, 10], 128, { name: 'adam' }, 25],
])('%s: not more instructions a step than allowed', (_, sizes, batchSize, optimizer, limit) => {
  expect(instructions(sizes, batchSize, optimizer)).toBeLessThanOrEqual(limit);
});
