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
  type Tensor,
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

  makeReport(_pars, trainer, data) {
    const [images, labels] = data.test;
    const probabilities = trainer.predict(images);
    return {
      trainLoss: trainer.score(data.train),
      valLoss: trainer.score(data.val),
      testLoss: trainer.score(data.test),
      testAccuracy: accuracy(probabilities, labels),
      // Pictures in the page of `alc report`.
      confusion: confusion(probabilities, labels),
      weights: incoming(trainer, 16),
    };
  },
});

/** How often the digit of the row was taken for that of the column, [10, 10]. */
function confusion({ data }: Tensor, labels: Tensor): number[][] {
  const counts = Array.from({ length: 10 }, () => Array<number>(10).fill(0));
  labels.data.forEach((label, i) => {
    const row = data.subarray(10 * i, 10 * i + 10);
    const [guess, of] = [row.indexOf(Math.max(...row)), counts[label] ?? []];
    of[guess] = (of[guess] ?? 0) + 1;
  });
  return counts;
}

/** The weights of the first units, as images, [units, 28, 28]; three decimals are enough for the eye. */
function incoming(trainer: Trainer, units: number): number[][][] {
  const weights = trainer.parameters.get('hidden0.weight');
  const [, hidden = 0] = weights?.shape ?? [];
  const pixel = (unit: number, row: number, column: number): number =>
    Math.round(1000 * (weights?.[(28 * row + column) * hidden + unit] ?? 0)) / 1000;
  const side = Array.from({ length: 28 }, (_, i) => i);
  return Array.from({ length: units }, (_, unit) => side.map((row) => side.map((column) => pixel(unit, row, column))));
}
