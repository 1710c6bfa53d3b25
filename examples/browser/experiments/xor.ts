// Exclusive or: the smallest problem that needs a hidden layer.

import {
  afterSteps,
  choice,
  defineExperiment,
  everySteps,
  logUniform,
  mlp,
  normal,
  sample,
  Trainer,
  tensor,
} from 'alchemie';

export const space = {
  units: choice([2, 3, 4]),
  activation: choice(['sigmoid', 'tanh', 'relu']),
  parameterStd: choice([1.5, 1, 0.1]),
  optimizer: { name: 'rmsprop', learningRate: logUniform(0.001, 0.03), momentum: choice([0, 0.9]) },
  steps: choice([3000]),
} as const;

export default defineExperiment({
  preamble: (jobIndex) => `/* XOR, job ${jobIndex} */`,

  drawPars: (n, context) => sample(space, n, context),

  loadData() {
    const corners = tensor([
      [-0.7, -0.7],
      [-0.7, 0.7],
      [0.7, -0.7],
      [0.7, 0.7],
    ]);
    const split = [corners, tensor([[0], [1], [1], [0]])] as const;
    return { train: split, val: split };
  },

  newTrainer(pars, data, { seed }) {
    const { units, activation, parameterStd, optimizer } = pars;
    const initializer = normal(0, parameterStd);
    const model = mlp({ inputs: 2, hidden: [units], outputs: 1, activation, loss: 'binaryCrossEntropy', initializer });
    return new Trainer({
      model,
      data,
      seed,
      optimizer,
      pause: everySteps(50),
      stop: afterSteps(pars.steps),
    });
  },

  makeReport: (_, trainer, { val }) => ({ valLoss: trainer.score(val) }),
});
