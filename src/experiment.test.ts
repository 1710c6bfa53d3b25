// The public interface as its users type it: the XOR experiment as the design specifies it, and what is inferred from it.

import {
  afterSteps,
  any,
  choice,
  defineExperiment,
  everySteps,
  int,
  logUniform,
  mlp,
  normal,
  notBetterThanAfter,
  oneLine,
  type RunContext,
  sample,
  silent,
  Trainer,
  type TrainerOptions,
  tensor,
} from 'alchemie';
import { describe, expect, expectTypeOf, test } from 'vitest';

const context: RunContext = { seed: 1, notice: () => {} };

describe('defineExperiment', () => {
  const xor = defineExperiment({
    preamble: (jobIndex) => `/* XOR, job ${jobIndex} */`,

    // biome-ignore format: as the design has it
    drawPars: (n, { seed }) => sample({
      hidden: choice([3]),
      activation: choice(['sigmoid', 'tanh', 'relu']),
      parameterStd: choice([1.5, 1, 1e-1, 1e-2]),
      optimizer: { name: 'rmsprop', learningRate: choice([1e-4, 5e-4, 5e-3]), momentum: choice([0.99, 0.995]), decay: choice([0.9, 0.95]) },
    }, n, seed),

    // biome-ignore format: as the design has it
    loadData() {
      const x = tensor([[0, 0], [0, 1], [1, 0], [1, 1]]), z = tensor([[0], [1], [1], [0]]);
      return { train: [x, z], val: [x, z], test: [x, z] };
    },

    // biome-ignore format: as the design has it
    newTrainer(pars, data, { seed }) {
      const model = mlp({ inputs: 2, hidden: [pars.hidden], outputs: 1, activation: pars.activation,
                          loss: 'binaryCrossEntropy', initializer: normal(0, pars.parameterStd) });
      return new Trainer({ model, data, seed, optimizer: pars.optimizer, pause: everySteps(100),
                           stop: any(afterSteps(10_000), notBetterThanAfter(0.1, 5_000)),
                           report: oneLine(['step', 'seconds', 'trainLoss', 'valLoss']) });
    },

    makeReport: (_pars, trainer, data) => ({
      trainLoss: trainer.score(data.train),
      valLoss: trainer.score(data.val),
      testLoss: trainer.score(data.test),
    }),
  });

  test('infers pars from drawPars for all other functions', () => {
    type Pars = Parameters<typeof xor.newTrainer>[0];
    expectTypeOf<Pars['hidden']>().toEqualTypeOf<number>();
    expectTypeOf<Pars['activation']>().toEqualTypeOf<'sigmoid' | 'tanh' | 'relu'>();
    expectTypeOf<Pars['optimizer']>().toEqualTypeOf<{
      name: 'rmsprop';
      learningRate: number;
      momentum: number;
      decay: number;
    }>();
    expectTypeOf<Parameters<typeof xor.loadData>[0]>().toEqualTypeOf<Pars>();
    expectTypeOf<Parameters<typeof xor.makeReport>[0]>().toEqualTypeOf<Pars>();
  });

  test('infers the trainer and the data for the report', () => {
    expectTypeOf<Parameters<typeof xor.makeReport>[1]>().toEqualTypeOf<Trainer>();
    expectTypeOf<Parameters<typeof xor.makeReport>[2]['test']>().toExtend<readonly [unknown, unknown]>();
  });

  test('refuses what does not fit the inferred types', () => {
    defineExperiment({
      preamble: () => '',
      drawPars: (n, { seed }) => sample({ units: int(1, 9) }, n, seed),
      loadData: () => ({ train: [tensor([[0]]), tensor([[0]])], val: [tensor([[0]]), tensor([[0]])] }),
      newTrainer: (pars, data, { seed }) =>
        new Trainer({
          // @ts-expect-error: there is no such hyperparameter
          model: mlp({ inputs: 1, hidden: [pars.unit], outputs: 1, activation: 'tanh', loss: 'squaredError' }),
          data,
          seed,
          // @ts-expect-error: momentum is none of adam's options
          optimizer: { name: 'adam', momentum: 0.9 },
          pause: everySteps(1),
          stop: afterSteps(1),
        }),
      makeReport: () => ({}),
    });
  });

  test('draws names that an optimizer takes, with the options that all of them have', () => {
    const [drawn] = sample({ name: choice(['sgd', 'adam']), learningRate: logUniform(1e-4, 1) }, 1, 0);
    if (!drawn) throw new Error('nothing was drawn');
    expectTypeOf(drawn).toExtend<TrainerOptions['optimizer']>();
    expectTypeOf({ ...drawn, momentum: 0.9 }).not.toExtend<TrainerOptions['optimizer']>();
  });

  test('draws conditional spaces as unions that an optimizer takes', () => {
    const space = {
      optimizer: choice([{ name: 'sgd', momentum: 0.9, learningRate: logUniform(1e-4, 1) }, { name: 'adam' }]),
    };
    const [pars] = sample(space, 1, 0);
    if (!pars) throw new Error('nothing was drawn');
    const data = { train: [tensor([[0]]), tensor([[0]])], val: [tensor([[0]]), tensor([[0]])] } as const;
    const model = mlp({ inputs: 1, hidden: [], outputs: 1, activation: [], loss: 'squaredError' });
    const { optimizer } = pars;
    const trainer = new Trainer({ model, data, seed: 0, optimizer, pause: everySteps(1), stop: afterSteps(1) });
    expect(trainer.step).toBe(0);
  });

  test('trains XOR to the end', async () => {
    const [pars] = xor.drawPars(1, { seed: 0, experimentSeed: 0, index: 0, history: [], notice: () => {} });
    if (!pars) throw new Error('nothing was drawn');
    const data = await xor.loadData(pars, context);
    const model = mlp({ inputs: 2, hidden: [3], outputs: 1, activation: 'tanh', loss: 'binaryCrossEntropy' });
    const optimizer = { name: 'adam', learningRate: 0.01 } as const;
    const stop = afterSteps(3000);
    const trainer = new Trainer({ model, data, seed: 1, optimizer, pause: everySteps(100), stop, report: silent() });
    await trainer.fit();
    expect(trainer.bestLoss).toBeLessThan(0.01);
    expect(await xor.makeReport(pars, trainer, data, context)).toMatchObject({ testLoss: trainer.score(data.test) });
  });
});
