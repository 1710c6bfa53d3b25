// A model of one's own: a mixture of experts. Each expert is a line, and a gate says for every input how much to believe
// which (Jacobs, Jordan, Nowlan & Hinton, "Adaptive mixtures of local experts", Neural Computation 3, 1991).

import { afterSteps, choice, defineExperiment, everySteps, model, ops, sample, Trainer, tensor } from 'alchemie';

/** input[n, 1] → Σ gate · expert over so many experts, [n, 1]. */
const mixture = (experts: number) =>
  model(({ input, parameter, loss }) => {
    const affine = (name: string) =>
      ops.add(
        ops.matmul(input, parameter(`${name}.weight`, [1, experts], { name: 'normal', mean: 0, std: 1 })),
        parameter(`${name}.bias`, [experts], 'zeros'),
      );
    const gate = ops.softmax(affine('gate'));
    const output = ops.sumColumns(ops.multiply(gate, affine('expert')));
    return loss('squaredError', output);
  });

export default defineExperiment({
  preamble: (jobIndex) => `/* mixture of experts, job ${jobIndex} */`,

  drawPars: (n, context) => sample({ experts: choice([1, 2, 4]) }, n, context),

  loadData() {
    // A roof: one line does not fit, two do.
    const x = Array.from({ length: 100 }, (_, i) => [(i - 49.5) / 25]);
    const z = x.map(([a = 0]) => [1 - Math.abs(a)]);
    const split = [tensor(x), tensor(z)] as const;
    return { train: split, val: split };
  },

  newTrainer(pars, data, { seed }) {
    const optimizer = { name: 'adam', learningRate: 0.03 } as const;
    const pause = everySteps(100);
    return new Trainer({ model: mixture(pars.experts), data, seed, optimizer, pause, stop: afterSteps(1000) });
  },

  makeReport: (_, trainer, data) => ({ loss: trainer.score(data.val) }),
});
