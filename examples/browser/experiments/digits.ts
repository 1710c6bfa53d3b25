// What the experiments with digits have in common: a perceptron on images of 28 × 28, and its search space.

import {
  accuracy,
  afterEpochs,
  choice,
  type Digits,
  defineExperiment,
  everySteps,
  logUniform,
  mlp,
  type RunContext,
  sample,
  Trainer,
} from 'alchemie';

export interface DigitSplits {
  readonly train: Digits;
  readonly val: Digits;
}

export const digits = {
  units: choice([16, 32, 64]),
  layers: choice([1, 2]),
  activation: choice(['relu', 'tanh', 'gelu']),
  dropout: choice([0, 0.2]),
  batchSize: choice([32, 100]),
  optimizer: { name: 'adam', learningRate: logUniform(0.0003, 0.01) },
  epochs: choice([10]),
} as const;

export function recognition(
  name: string,
  load: (context: RunContext) => DigitSplits | Promise<DigitSplits>,
  space: typeof digits,
) {
  return defineExperiment({
    preamble: (jobIndex) => `/* ${name}, job ${jobIndex} */`,

    drawPars: (n, context) => sample(space, n, context),

    loadData: (_pars, context) => load(context),

    newTrainer(pars, data, { seed }) {
      const model = mlp({
        inputs: 784,
        inputScale: 1 / 255,
        hidden: Array.from({ length: pars.layers }, () => pars.units),
        outputs: 10,
        activation: pars.activation,
        dropout: pars.dropout,
        loss: 'crossEntropy',
        initializer: 'he',
      });
      return new Trainer({
        model,
        data,
        seed,
        optimizer: pars.optimizer,
        batchSize: pars.batchSize,
        pause: everySteps(20),
        stop: afterEpochs(pars.epochs),
      });
    },

    makeReport: (_, trainer, { val }) => ({
      valLoss: trainer.score(val),
      valAccuracy: accuracy(trainer.predict(val[0]), val[1]),
    }),
  });
}
