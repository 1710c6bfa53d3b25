// Regression from a table: the rent of a flat by its area, rooms, age, district and balcony.
//
// The table is made up, by the process that rents-data.mjs describes: no model can expect a root mean squared error below
// 40, the deviation of its noise.

import { readFile } from 'node:fs/promises';
import {
  afterEpochs,
  any,
  choice,
  columnStack,
  defineExperiment,
  everyEpochs,
  logUniform,
  mlp,
  oneHot,
  oneLine,
  patience,
  readCsv,
  sample,
  shuffled,
  split,
  standardization,
  type Tensor,
  Trainer,
} from 'alchemie';

export default defineExperiment({
  preamble: (jobIndex) => `/* Rents, job ${jobIndex} */`,

  drawPars: (n, context) =>
    sample(
      {
        hidden: choice([[], [32], [64], [32, 32]]),
        activation: choice(['relu', 'tanh', 'silu']),
        batchSize: choice([16, 32, 64]),
        epochs: choice([200]),
        optimizer: { name: 'adamw', learningRate: logUniform(1e-3, 2e-2), weightDecay: choice([0, 1e-2, 1e-1]) },
      },
      n,
      context,
    ),

  async loadData() {
    const text = await readFile(new URL('rents.csv', import.meta.url), 'utf8');
    const { area, rooms, age, district, balcony, rent } = readCsv(text, {
      columns: {
        area: 'number',
        rooms: 'integer',
        age: 'number',
        district: ['center', 'north', 'south'],
        balcony: 'integer',
        rent: 'number',
      },
    });
    const input = columnStack([area, rooms, age, balcony, oneHot(district, 3)]);
    const [train, val, test] = split(shuffled([input, rent], 1), [1000, 300, 300]);
    // Fitted to the training set alone: nothing of the others may leak into it.
    const [inputs, rents] = [standardization(train[0]), standardization(train[1])];
    const standardized = ([x, z]: [Tensor, Tensor]): [Tensor, Tensor] => [inputs.apply(x), rents.apply(z)];
    return { train: standardized(train), val: standardized(val), test: standardized(test), rents };
  },

  newTrainer(pars, data, { seed }) {
    const model = mlp({
      inputs: 7,
      hidden: pars.hidden,
      outputs: 1,
      activation: pars.activation,
      loss: 'squaredError',
    });
    return new Trainer({
      model,
      data,
      seed,
      optimizer: pars.optimizer,
      batchSize: pars.batchSize,
      pause: everyEpochs(5),
      stop: any(afterEpochs(pars.epochs), patience({ initial: 3000 })),
      report: oneLine(['epoch', 'step', 'seconds', 'trainLoss', 'valLoss']),
    });
  },

  makeReport: (_pars, trainer, { train, val, test, rents }) => ({
    trainLoss: trainer.score(train),
    valLoss: trainer.score(val),
    testLoss: trainer.score(test),
    testError: rootMeanSquare(rents.invert(trainer.predict(test[0])), rents.invert(test[1])),
  }),
});

/** Of the differences, in the unit of the rents. */
function rootMeanSquare(predicted: Tensor, actual: Tensor): number {
  const squares = Array.from(
    predicted.data,
    (value, i) => (value - (actual.data[i] ?? 0)) * (value - (actual.data[i] ?? 0)),
  );
  return Math.sqrt(squares.reduce((sum, square) => sum + square, 0) / squares.length);
}
