// Handwritten digits: a multilayer perceptron on MNIST.
//
// The images come from `--data <folder>`, from the folder in ALCHEMIE_DATA, or from the user's cache, into which they
// are downloaded when they are nowhere else.

import {
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
    testAccuracy: accuracy(trainer.predict(data.test[0]).data, data.test[1].data),
  }),
});

/** Part of the rows whose most probable class is the label. */
function accuracy(probabilities: Float32Array, labels: Uint8Array): number {
  const classes = probabilities.length / labels.length;
  const hits = labels.filter((label, row) => {
    const ofRow = probabilities.subarray(row * classes, (row + 1) * classes);
    return ofRow.indexOf(Math.max(...ofRow)) === label;
  });
  return hits.length / labels.length;
}
