// A training run of a few slices, kept wherever a storage is. Nothing may be imported from Node.

import { accuracy, afterSteps, defineExperiment, everySteps, mlp, Trainer, tensor } from '../index.ts';
import type { Sha256 } from '../storage/checkpoint.ts';
import type { TrialStorage } from '../storage/storage.ts';
import { type Outcome, runTrial } from '../trial.ts';

const experiment = defineExperiment({
  preamble: () => '',
  drawPars: (n) => Array.from({ length: n }, () => ({ hidden: 6 })),
  loadData() {
    const x = Array.from({ length: 40 }, (_, i) => [((i * 7) % 40) / 20 - 1, ((i * 11) % 40) / 20 - 1]);
    const split = [tensor(x), tensor(Uint8Array.from(x, ([a = 0, b = 0]) => Number(a * b > 0)))] as const;
    return { train: split, val: split };
  },
  newTrainer({ hidden }, data, { seed }) {
    const model = mlp({
      inputs: 2,
      hidden: [hidden],
      outputs: 2,
      activation: 'tanh',
      loss: 'crossEntropy',
      dropout: 0.1,
    });
    const optimizer = { name: 'adam', learningRate: 0.02 } as const;
    return new Trainer({ model, data, seed, optimizer, batchSize: 7, pause: everySteps(20), stop: afterSteps(400) });
  },
  makeReport: (_, trainer, { val }) => ({
    loss: trainer.score(val),
    accuracy: accuracy(trainer.predict(val[0]), val[1]),
  }),
});

/** Trains up to a step, as if the process ended there, or to the end. */
export function smallTrial(storage: TrialStorage, sha256: Sha256, until = Number.POSITIVE_INFINITY): Promise<Outcome> {
  let step = 0;
  return runTrial({
    experiment,
    pars: { hidden: 6 },
    storage,
    context: { seed: 5, notice: () => {} },
    versions: { alchemie: '0', wasm: 'w', module: 'm' },
    sha256,
    isInterrupted: () => step >= until,
    watch: (trainer) => ({
      between: () => {
        step = trainer.step;
        return step >= until;
      },
      next: (at) => (at < until ? until : Number.POSITIVE_INFINITY),
    }),
  });
}
