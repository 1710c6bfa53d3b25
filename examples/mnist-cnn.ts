// Handwritten digits: a convolutional network, after LeNet, on MNIST.

import {
  accuracy,
  afterEpochs,
  any,
  choice,
  cnn,
  defineExperiment,
  everyEpochs,
  loadMnist,
  logUniform,
  oneLine,
  patience,
  sample,
  Trainer,
} from 'alchemie';

export default defineExperiment({
  preamble: (jobIndex) => `/* MNIST, convolutional, job ${jobIndex} */`,

  drawPars: (n, context) =>
    sample(
      {
        filters: choice([
          [6, 16],
          [16, 32],
        ]),
        kernel: choice([3, 5]),
        hidden: choice([[128], [120, 84]]),
        activation: choice(['relu', 'silu']),
        dropout: choice([0, 0.25, 0.5]),
        batchSize: choice([32, 64]),
        epochs: choice([15]),
        optimizer: { name: 'adam', learningRate: logUniform(5e-4, 4e-3) },
      },
      n,
      context,
    ),

  loadData: (_pars, { dataDirectory }) => loadMnist({ directory: dataDirectory }),

  newTrainer(pars, data, { seed }) {
    const { filters, kernel, hidden, activation, dropout } = pars;
    const model = cnn({
      image: [28, 28, 1],
      inputScale: 1 / 255,
      outputs: 10,
      filters,
      kernel,
      hidden,
      activation,
      dropout,
    });
    return new Trainer({
      model,
      data,
      seed,
      optimizer: pars.optimizer,
      batchSize: pars.batchSize,
      pause: everyEpochs(1),
      stop: any(afterEpochs(pars.epochs), patience({ initial: 1500 })),
      report: oneLine(['epoch', 'step', 'seconds', 'trainLoss', 'valLoss']),
    });
  },

  makeReport: (_pars, trainer, data) => ({
    valLoss: trainer.score(data.val),
    valAccuracy: accuracy(trainer.predict(data.val[0]), data.val[1]),
    testLoss: trainer.score(data.test),
    testAccuracy: accuracy(trainer.predict(data.test[0]), data.test[1]),
  }),
});
