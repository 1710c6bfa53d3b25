// Exclusive or: the smallest problem that needs a hidden layer.

import {
  afterSteps,
  any,
  choice,
  defineExperiment,
  everySteps,
  mlp,
  normal,
  notBetterThanAfter,
  oneLine,
  sample,
  Trainer,
  tensor,
} from 'alchemie';

export default defineExperiment({
  preamble: (jobIndex) => `/* XOR, job ${jobIndex} */`,

  drawPars: (n, context) =>
    sample(
      {
        hidden: choice([3]),
        activation: choice(['sigmoid', 'tanh', 'relu']),
        parameterStd: choice([1.5, 1, 1e-1, 1e-2]),
        optimizer: {
          name: 'rmsprop',
          learningRate: choice([1e-4, 5e-4, 5e-3]),
          momentum: choice([0.99, 0.995]),
          decay: choice([0.9, 0.95]),
        },
      },
      n,
      context,
    ),

  loadData() {
    const input = tensor([
      [0, 0],
      [0, 1],
      [1, 0],
      [1, 1],
    ]);
    const target = tensor([[0], [1], [1], [0]]);
    return { train: [input, target], val: [input, target], test: [input, target] };
  },

  newTrainer(pars, data, { seed }) {
    const model = mlp({
      inputs: 2,
      hidden: [pars.hidden],
      outputs: 1,
      activation: pars.activation,
      loss: 'binaryCrossEntropy',
      initializer: normal(0, pars.parameterStd),
    });
    return new Trainer({
      model,
      data,
      seed,
      optimizer: pars.optimizer,
      pause: everySteps(100),
      stop: any(afterSteps(10_000), notBetterThanAfter(0.1, 5_000)),
      report: oneLine(['step', 'seconds', 'trainLoss', 'valLoss']),
    });
  },

  makeReport: (_pars, trainer, data) => ({
    trainLoss: trainer.score(data.train),
    valLoss: trainer.score(data.val),
    testLoss: trainer.score(data.test),
  }),
});
