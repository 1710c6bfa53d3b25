// Handwritten digits: a variational autoencoder on MNIST, grey values taken as probabilities.

import {
  afterEpochs,
  choice,
  defineExperiment,
  everyEpochs,
  loadMnist,
  logUniform,
  oneLine,
  sample,
  Trainer,
  vae,
} from 'alchemie';

export default defineExperiment({
  preamble: (jobIndex) => `/* MNIST, variational autoencoder, job ${jobIndex} */`,

  drawPars: (n, context) =>
    sample(
      {
        hidden: choice([[200], [400], [400, 200]]),
        latent: choice([10, 20, 50]),
        activation: choice(['tanh', 'relu', 'softplus']),
        batchSize: choice([64, 100]),
        epochs: choice([20]),
        optimizer: { name: 'adam', learningRate: logUniform(5e-4, 3e-3) },
      },
      n,
      context,
    ),

  async loadData(_pars, { dataDirectory }) {
    const { train, val, test } = await loadMnist({ directory: dataDirectory });
    // The images alone: nothing is said about which digits they show.
    return { train: [train[0]] as const, val: [val[0]] as const, test: [test[0]] as const };
  },

  newTrainer(pars, data, { seed }) {
    const { hidden, latent, activation } = pars;
    return new Trainer({
      model: vae({ inputs: 784, inputScale: 1 / 255, hidden, latent, activation }),
      data,
      seed,
      optimizer: pars.optimizer,
      batchSize: pars.batchSize,
      pause: everyEpochs(1),
      stop: afterEpochs(pars.epochs),
      report: oneLine(['epoch', 'step', 'seconds', 'trainLoss', 'valLoss']),
    });
  },

  // In nats per image; losses are upper bounds of the negative logarithm of the likelihood, of which the last is the best.
  makeReport: (_pars, trainer, data) => ({
    trainLoss: trainer.score(data.train),
    valLoss: trainer.score(data.val),
    testLoss: trainer.score(data.test),
    testReconstruction: trainer.score(data.test, 'reconstruction'),
    testDivergence: trainer.score(data.test, 'divergence'),
    testNegativeLogLikelihood: trainer.score(data.test, 'negativeLogLikelihood'),
  }),
});
