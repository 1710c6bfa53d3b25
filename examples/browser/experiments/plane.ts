// What the experiments in the plane have in common: a perceptron that tells two classes of points apart.

import {
  accuracy,
  afterSteps,
  choice,
  defineExperiment,
  everySteps,
  int,
  logUniform,
  mlp,
  sample,
  Trainer,
} from 'alchemie';
import type { Points } from './points.ts';

/** @param load points by how many of each class, and a seed */
export function classification(name: string, load: (count: number, seed: number) => Points, space: typeof plane) {
  return defineExperiment({
    preamble: (jobIndex) => `/* ${name}, job ${jobIndex} */`,

    drawPars: (n, context) => sample(space, n, context),

    loadData: () => ({ train: load(100, 1), val: load(50, 2) }),

    newTrainer(pars, data, { seed }) {
      const { activation, optimizer } = pars;
      const hidden = Array.from({ length: pars.layers }, () => pars.units);
      const model = mlp({
        inputs: 2,
        hidden,
        outputs: 1,
        activation,
        loss: 'binaryCrossEntropy',
        initializer: 'glorot',
      });
      return new Trainer({
        model,
        data,
        seed,
        optimizer,
        pause: everySteps(50),
        stop: afterSteps(pars.steps),
      });
    },

    makeReport: (_, trainer, { train, val }) => ({
      trainLoss: trainer.score(train),
      valLoss: trainer.score(val),
      valAccuracy: accuracy(trainer.predict(val[0]), val[1]),
    }),
  });
}

export const plane = {
  layers: int(1, 3),
  units: choice([4, 8, 16]),
  activation: choice(['tanh', 'relu', 'gelu']),
  optimizer: { name: 'adam', learningRate: logUniform(0.001, 0.05) },
  steps: choice([4000]),
} as const;
