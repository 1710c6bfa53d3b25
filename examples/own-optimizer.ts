// An optimizer of one's own: Signum, steps of one size in the direction of the sign of an average of the gradients.
// Bernstein, Wang, Azizzadenesheli & Anandkumar, "signSGD", ICML 2018, Algorithm 2, arXiv:1802.04434.

import {
  afterSteps,
  choice,
  defineExperiment,
  defineOptimizer,
  everySteps,
  mlp,
  ops,
  sample,
  Trainer,
  tensor,
} from 'alchemie';

/** m ← momentum m + (1 − momentum) g;  p ← p − learningRate sign(m) */
const signum = defineOptimizer('signum', { learningRate: 0.01, momentum: 0.9 }, ({ momentum }) => (step) => {
  const m = step.slot('momentum'); // as many numbers as there are parameters, zeros at first
  const next = ops.add(ops.multiply(m, momentum), ops.multiply(step.gradient, 1 - momentum));
  return [
    [m, next],
    [step.parameters, ops.subtract(step.parameters, ops.multiply(ops.sign(next), step.learningRate))],
  ];
});

export default defineExperiment({
  preamble: (jobIndex) => `/* signum, job ${jobIndex} */`,

  drawPars: (n, context) => sample({ learningRate: choice([0.01, 0.03]), momentum: choice([0.8, 0.9]) }, n, context),

  loadData() {
    // A chessboard of two by two fields.
    const points = Array.from({ length: 64 }, (_, i) => [(i % 8) / 4 - 0.875, Math.floor(i / 8) / 4 - 0.875] as const);
    const split = [tensor(points), tensor(points.map(([x, y]) => [Number(x * y > 0)]))] as const;
    return { train: split, val: split };
  },

  newTrainer(pars, data, { seed }) {
    const model = mlp({ inputs: 2, hidden: [8], outputs: 1, activation: 'tanh', loss: 'binaryCrossEntropy' });
    const optimizer = signum({ ...pars, clipNorm: 10, averageDecay: 0.9 }); // what every optimizer has is there, too
    return new Trainer({ model, data, seed, optimizer, pause: everySteps(100), stop: afterSteps(1000) });
  },

  makeReport: (_, trainer, data) => ({ loss: trainer.score(data.val) }),
});
