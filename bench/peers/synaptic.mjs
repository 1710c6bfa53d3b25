// synaptic: it trains one sample after the other, so that a step here is a pass over the four patterns of XOR.

import synaptic from 'synaptic';
import { data, learningRates } from './works.mjs';

export const optimizers = ['sgd'];

export function train({ name, sizes, ...work }) {
  const { x, classes } = data({ name, sizes, ...work });
  const network = new synaptic.Architect.Perceptron(...sizes);
  const patterns = [...classes].map((z, i) => ({ input: [x[2 * i], x[2 * i + 1]], output: [z] }));
  const loss = () =>
    patterns.reduce((sum, { input, output }) => sum + (network.activate(input)[0] - output[0]) ** 2, 0) /
    patterns.length;
  return {
    steps(count) {
      for (let i = 0; i < count; i++) {
        for (const { input, output } of patterns) {
          network.activate(input);
          network.propagate(learningRates.sgd, output);
        }
      }
      return count;
    },
    loss,
  };
}
