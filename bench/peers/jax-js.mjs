// jax-js on its WebAssembly device: one jitted function per step, as its documentation advises.

import { blockUntilReady, defaultDevice, init, jit, nn, numpy as np, tree, valueAndGrad } from '@jax-js/jax';
import { data, initialWeights, learningRates, oneHot } from './works.mjs';

await init('wasm');
defaultDevice('wasm');

export function train(work, optimizer) {
  const { sizes, batch, batches, activation, loss } = work;
  const { x, classes } = data(work);
  const k = sizes.at(-1);
  const targets = loss === 'crossEntropy' ? oneHot(classes, k) : classes;
  const inputs = Array.from({ length: batches }, (_, i) =>
    np.array(x.slice(i * batch * sizes[0], (i + 1) * batch * sizes[0])).reshape([batch, sizes[0]]),
  );
  const outputs = Array.from({ length: batches }, (_, i) =>
    np.array(targets.slice(i * batch * k, (i + 1) * batch * k)).reshape([batch, k]),
  );
  let parameters = initialWeights(work).map(({ inputs, outputs, weight }) => ({
    w: np.array(weight).reshape([inputs, outputs]),
    b: np.zeros([outputs]),
  }));
  const activate = activation === 'relu' ? nn.relu : nn.sigmoid;
  const lossOf = (parameters, x, z) => {
    let y = x;
    for (const [i, { w, b }] of parameters.entries()) {
      y = np.dot(y, w).add(b);
      if (i < parameters.length - 1) y = activate(y);
    }
    if (loss === 'crossEntropy')
      return nn
        .logSoftmax(y)
        .mul(z)
        .sum()
        .mul(-1 / batch);
    return nn
      .softplus(y.ref)
      .sub(y.mul(z))
      .sum()
      .mul(1 / batch);
  };
  const rate = learningRates[optimizer];
  const step = {
    sgd: jit((parameters, x, z) => {
      const [value, gradient] = valueAndGrad(lossOf)(tree.ref(parameters), x, z);
      return [tree.map((p, g) => p.sub(g.mul(rate)), parameters, gradient), value];
    }),
    adam: jit((parameters, m, v, correction1, correction2, x, z) => {
      const [value, gradient] = valueAndGrad(lossOf)(tree.ref(parameters), x, z);
      const m1 = tree.map((m, g) => m.mul(0.9).add(g.mul(0.1)), m, tree.ref(gradient));
      const v1 = tree.map((v, g) => v.mul(0.999).add(g.ref.mul(g).mul(0.001)), v, gradient);
      const next = tree.map(
        (p, m, v) =>
          p.sub(
            m
              .mul(correction1.ref)
              .mul(rate)
              .div(np.sqrt(v.mul(correction2.ref)).add(1e-8)),
          ),
        parameters,
        tree.ref(m1),
        tree.ref(v1),
      );
      correction1.dispose();
      correction2.dispose();
      return [next, m1, v1, value];
    }),
  }[optimizer];
  const zeros = () => tree.map((p) => np.zeros(p.shape), parameters);
  let [m, v] = optimizer === 'adam' ? [zeros(), zeros()] : [];
  let [made, last] = [0, Number.NaN];
  return {
    async steps(count) {
      for (let i = 0; i < count; i++) {
        let value;
        const at = made++ % batches;
        if (optimizer === 'sgd') [parameters, value] = step(parameters, inputs[at].ref, outputs[at].ref);
        else {
          const [c1, c2] = [1 / (1 - 0.9 ** made), 1 / (1 - 0.999 ** made)];
          [parameters, m, v, value] = step(
            parameters,
            m,
            v,
            np.array(c1),
            np.array(c2),
            inputs[at].ref,
            outputs[at].ref,
          );
        }
        // What is pending would pile up and make the next step slower.
        await blockUntilReady(parameters);
        last = value.dataSync()[0];
      }
      return count;
    },
    loss: () => last,
  };
}
