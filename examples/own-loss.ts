// A loss of one's own: the model learns a quantile of what may come instead of the mean.

import {
  afterSteps,
  choice,
  defineExperiment,
  everySteps,
  type Loss,
  mlp,
  ops,
  sample,
  Trainer,
  tensor,
} from 'alchemie';

/** Σ max(q e, (q − 1) e), e = target − output: smallest where the part q of all targets lies below the output. */
function quantileLoss(q: number): Loss {
  return {
    elements: (output, target) => {
      const e = ops.subtract(target, output);
      return ops.maximum(ops.multiply(e, q), ops.multiply(e, q - 1));
    },
    predict: (output) => output,
  };
}

export default defineExperiment({
  preamble: (jobIndex) => `/* quantile, job ${jobIndex} */`,

  drawPars: (n, context) => sample({ q: choice([0.1, 0.5, 0.9]) }, n, context),

  loadData() {
    // At every x the targets are spread evenly over [0, 1 + x].
    const rows = Array.from({ length: 400 }, (_, i) => ({ x: (i % 20) / 20, spread: (i * 7 + 3) % 20 }));
    const [x, z] = [rows.map(({ x }) => [x]), rows.map(({ x, spread }) => [((1 + x) * (spread + 0.5)) / 20])];
    const split = [tensor(x), tensor(z)] as const;
    return { train: split, val: split };
  },

  newTrainer(pars, data, { seed }) {
    const model = mlp({ inputs: 1, hidden: [8], outputs: 1, activation: 'tanh', loss: quantileLoss(pars.q) });
    const optimizer = { name: 'adam', learningRate: { name: 'cosine', from: 0.02, steps: 1000 } } as const;
    return new Trainer({ model, data, seed, optimizer, pause: everySteps(100), stop: afterSteps(1000) });
  },

  makeReport(_, trainer, { val: [x, z] }) {
    const prediction = trainer.predict(x).data;
    return { partBelow: z.data.filter((target, i) => target < (prediction[i] ?? 0)).length / z.data.length };
  },
});
