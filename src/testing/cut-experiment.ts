// An experiment to be cut: everything is chosen by its pars, data are made by integers alone, and it says on stderr where
// it is and waits at gates, so that tests can interrupt it there.

import {
  afterSteps,
  defineExperiment,
  everySteps,
  type MlpOptions,
  mlp,
  type OptimizerConfiguration,
  Trainer,
  tensor,
} from 'alchemie';
import { gate, pass } from './gate.ts';

export interface CutPars {
  readonly rows: number;
  /** Null for the full batch. */
  readonly batchSize: number | null;
  readonly hidden: readonly number[];
  readonly activation: MlpOptions['activation'];
  readonly dropout: number;
  readonly optimizer: OptimizerConfiguration;
  readonly steps: number;
  readonly pause: number;
}

/** About one second on a slow machine. */
export const cutPars: CutPars = {
  rows: 53,
  batchSize: 8,
  hidden: [12],
  activation: 'tanh',
  dropout: 0.25,
  optimizer: { name: 'adam' },
  steps: 160_000,
  pause: 2000,
};

const INPUTS = 5;

export default defineExperiment({
  preamble: (jobIndex) => `// To be cut, job ${jobIndex}`,

  drawPars: (n) => Array.from({ length: n }, () => cutPars),

  async loadData({ rows }, { notice }) {
    notice('loading');
    await pass('loadData');
    notice('loaded');
    const [train, val] = [made(rows, 1), made(29, 2)];
    return { train, val };
  },

  newTrainer(pars, data, { seed, notice }) {
    const { hidden, activation, dropout, optimizer, batchSize, steps, pause } = pars;
    const model = mlp({ inputs: INPUTS, hidden, outputs: 1, activation, dropout, loss: 'binaryCrossEntropy' });
    const trainer = new Trainer({
      model,
      data,
      seed,
      optimizer,
      pause: everySteps(pause),
      stop: afterSteps(steps),
      ...(batchSize !== null && { batchSize }),
    });
    // Near the end, and between two pauses.
    gate(trainer, steps - Math.floor(steps / 8) + 1, notice);
    return trainer;
  },

  async makeReport(_pars, trainer, data, { notice }) {
    notice('reporting');
    await pass('makeReport');
    notice('reported');
    return {
      step: trainer.step,
      trainLoss: trainer.score(data.train),
      valLoss: trainer.score(data.val),
      predictions: trainer.predict(data.val[0]),
    };
  },
});

/** Input[rows, 5] of eighths, and target[rows, 1]: whether two of them have the same sign. */
function made(rows: number, seed: number) {
  let state = seed;
  const input = new Float32Array(rows * INPUTS).map(() => {
    // Numerical Recipes' linear congruential generator; its upper bits.
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state >>> 28) / 8 - 1;
  });
  const target = new Float32Array(rows).map((_, row) => {
    const [a = 0, b = 0] = input.subarray(row * INPUTS);
    return a * b > 0 ? 1 : 0;
  });
  return [tensor(input, [rows, INPUTS]), tensor(target, [rows, 1])] as const;
}
