// An experiment that takes long and computes little: it rests at every pause, as many milliseconds as a file says, that which
// SLOW names. How long that is does not matter to its results.

import { readFileSync } from 'node:fs';
import { afterSteps, defineExperiment, everySteps, mlp, Trainer, tensor } from 'alchemie';

export interface SlowPars {
  readonly steps: number;
}

const milliseconds = process.env.SLOW ? Number(readFileSync(process.env.SLOW, 'utf8')) : 0;
const asleep = new Int32Array(new SharedArrayBuffer(4));

export default defineExperiment({
  preamble: () => '',

  drawPars: (n): SlowPars[] => Array.from({ length: n }, () => ({ steps: 1000 })),

  loadData() {
    const input = tensor([
      [0, 0],
      [0, 1],
      [1, 0],
      [1, 1],
    ]);
    const split = [input, tensor([[0], [1], [1], [0]])] as const;
    return { train: split, val: split };
  },

  newTrainer({ steps }, data, { seed }) {
    return new Trainer({
      model: mlp({ inputs: 2, hidden: [4], outputs: 1, activation: 'tanh', dropout: 0.1, loss: 'binaryCrossEntropy' }),
      data,
      seed,
      optimizer: { name: 'adam' },
      pause: everySteps(10),
      stop: afterSteps(steps),
      report: ({ step }) => {
        console.error(`step ${step}`);
        Atomics.wait(asleep, 0, 0, milliseconds);
      },
    });
  },

  makeReport: (_pars, trainer, data) => ({ step: trainer.step, valLoss: trainer.score(data.val) }),
});
