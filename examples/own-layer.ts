// A layer of one's own: a highway layer lets its input pass where it has nothing to add, so that many can be stacked
// (Srivastava, Greff & Schmidhuber, "Highway networks", 2015, arXiv:1505.00387).

import {
  afterSteps,
  choice,
  defineExperiment,
  everySteps,
  layers,
  model,
  type Node,
  ops,
  type Scope,
  sample,
  Trainer,
  tensor,
} from 'alchemie';

/** x[n, units] → gate · tanh(dense(x)) + (1 − gate) · x, with a gate that begins almost closed. */
function highway(scope: Scope, name: string, x: Node): Node {
  const outputs = x.shape.at(-1) ?? 1;
  const closed = { name: 'constants', value: -2 } as const;
  const gate = ops.sigmoid(layers.dense(scope, `${name}.gate`, x, { outputs, bias: closed }));
  const change = ops.tanh(layers.dense(scope, `${name}.change`, x, { outputs }));
  return ops.add(ops.multiply(gate, change), ops.multiply(ops.subtract(1, gate), x));
}

export default defineExperiment({
  preamble: (jobIndex) => `/* highway, job ${jobIndex} */`,

  drawPars: (n, context) => sample({ depth: choice([2, 10, 20]) }, n, context),

  loadData() {
    // Whether a point lies within a ring.
    const points = Array.from({ length: 400 }, (_, i) => [(i % 20) / 9.5 - 1, Math.floor(i / 20) / 9.5 - 1] as const);
    const x = tensor(points.map(([a, b]) => [a, b]));
    const z = tensor(points.map(([a, b]) => [Number(Math.abs(a * a + b * b - 0.5) < 0.25)]));
    return { train: [x, z] as const, val: [x, z] as const };
  },

  newTrainer(pars, data, { seed }) {
    const network = model((site) => {
      let x = layers.dense(site, 'input', site.input, { outputs: 16 });
      for (let i = 0; i < pars.depth; i++) x = highway(site, `highway${i}`, x);
      return site.loss('binaryCrossEntropy', layers.dense(site, 'output', x, { outputs: 1 }));
    });
    const optimizer = { name: 'adam', learningRate: 0.01 } as const;
    return new Trainer({ model: network, data, seed, optimizer, pause: everySteps(50), stop: afterSteps(500) });
  },

  makeReport: (_, trainer, data) => ({ loss: trainer.score(data.val) }),
});
