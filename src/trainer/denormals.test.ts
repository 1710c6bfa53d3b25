// Dead units: when gradients have gone to 0 for good, what an optimizer remembers of them decays, but never into the
// denormal numbers, which processors are slow with.

import { expect, it } from 'vitest';
import { expand, multiply, relu, reshape, sum } from '../graph/ops/index.ts';
import { afterSteps, everySteps, model, Trainer, tensor } from '../index.ts';
import type { OptimizerConfiguration } from '../optimizers/configure.ts';
import * as optimizers from '../optimizers/index.ts';

const configurations = [
  ...Object.keys(optimizers).map((name) => ({ name }) as OptimizerConfiguration),
  { name: 'sgd', momentum: 0.9 },
  { name: 'sgd', learningRate: 0.1, weightDecay: 0.1 },
  { name: 'rmsprop', momentum: 0.9, centered: true },
  { name: 'adamw', learningRate: 0.1, weightDecay: 0.1 },
] satisfies readonly OptimizerConfiguration[];

it.each(configurations)('%j: nothing that is kept becomes denormal', async (optimizer) => {
  // Parameters are positive at first, and small; below 0 their gradient, 1e-12, is 0 for ever.
  const dying = model(({ input, parameter }) => {
    const p = parameter('p', [1, 5], { name: 'values', values: [1e-16, 2e-16, 3e-16, 4e-16, 5e-16] });
    const value = multiply(sum(relu(p)), 1e-12);
    return { loss: expand(reshape(value, [1, 1]), input.shape), prediction: input };
  });
  const split = [tensor([[1]])] as const;
  const data = { train: split, val: split };
  const [pause, stop] = [everySteps(10_000), afterSteps(30_000)];
  const trainer = new Trainer({ model: dying, data, seed: 1, optimizer, pause, stop });
  await trainer.fit();
  for (const [name, { data: values }] of trainer.snapshot()) {
    if (!(values instanceof Float32Array)) continue;
    const denormal = values.filter((x) => x !== 0 && Math.abs(x) < 2 ** -100);
    expect([...denormal], name).toEqual([]);
  }
});
