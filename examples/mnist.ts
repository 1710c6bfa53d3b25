// Handwritten digits: a multilayer perceptron on MNIST.
//
// The images come from `--data <folder>`, from the folder in ALCHEMIE_DATA, or from the user's cache, into which they
// are downloaded when they are nowhere else.

import {
  accuracy,
  afterEpochs,
  any,
  choice,
  defineExperiment,
  everyEpochs,
  loadMnist,
  logUniform,
  mlp,
  oneLine,
  patience,
  sample,
  Trainer,
} from 'alchemie';

export default defineExperiment({
  preamble: (jobIndex) => `/* MNIST, job ${jobIndex} */`,

  drawPars: (n, context) =>
    sample(
      {
        hidden: choice([[128], [256], [256, 128]]),
        activation: choice(['relu', 'tanh', 'gelu']),
        dropout: choice([0, 0.2, 0.5]),
        batchSize: choice([32, 64, 128]),
        epochs: choice([20]),
        optimizer: choice([
          { name: 'adam', learningRate: logUniform(3e-4, 3e-3) },
          { name: 'sgd', learningRate: logUniform(0.02, 0.2), momentum: 0.9 },
        ]),
      },
      n,
      context,
    ),

  loadData: (_pars, { dataDirectory }) => loadMnist({ directory: dataDirectory }),

  newTrainer(pars, data, { seed }) {
    const model = mlp({
      inputs: 784,
      inputScale: 1 / 255,
      hidden: pars.hidden,
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
      pause: everyEpochs(1),
      stop: any(afterEpochs(pars.epochs), patience({ initial: 2000 })),
      report: oneLine(['epoch', 'step', 'seconds', 'trainLoss', 'valLoss']),
    });
  },

  makeReport: (_pars, trainer, data) => ({
    trainLoss: trainer.score(data.train),
    valLoss: trainer.score(data.val),
    testLoss: trainer.score(data.test),
    testAccuracy: accuracy(trainer.predict(data.test[0]), data.test[1]),
  }),
});
