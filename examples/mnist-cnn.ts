// Handwritten digits: a convolutional network, after LeNet, on MNIST.

import {
  accuracy,
  afterEpochs,
  choice,
  cnn,
  defineExperiment,
  everyEpochs,
  loadMnist,
  logUniform,
  oneLine,
  sample,
  Trainer,
} from 'alchemie';

export default defineExperiment({
  preamble: (jobIndex) => `/* MNIST, convolutional, job ${jobIndex} */`,

  drawPars: (n, context) =>
    sample(
      {
        filters: choice([
          [16, 32],
          [32, 64],
        ]),
        kernel: choice([3, 5]),
        hidden: choice([[128], [256]]),
        activation: choice(['relu', 'silu']),
        dropout: choice([0.3, 0.5]),
        batchSize: choice([32, 64]),
        epochs: choice([15]),
        learningRate: logUniform(5e-4, 2e-3),
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
    const [rows = 0] = data.train[0].shape;
    const steps = Math.ceil((pars.epochs * rows) / pars.batchSize);
    return new Trainer({
      model,
      data,
      seed,
      optimizer: {
        name: 'adam',
        averageDecay: 0.999,
        learningRate: { name: 'cosine', from: pars.learningRate, to: 0, steps },
      },
      batchSize: pars.batchSize,
      pause: everyEpochs(1),
      stop: afterEpochs(pars.epochs),
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
