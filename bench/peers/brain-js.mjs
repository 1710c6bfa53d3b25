// brain.js: it trains one sample after the other, so that a step here is a pass over the samples of one batch. Its output
// layer has the activation of the hidden ones, so that only sigmoids fit classes.

import brain from 'brain.js';
import { data, learningRates, oneHot } from './works.mjs';

export const optimizers = ['sgd'];

export function train(work) {
  const { sizes, batch, batches, loss } = work;
  const { x, classes } = data(work);
  const k = sizes.at(-1);
  const targets = loss === 'crossEntropy' ? oneHot(classes, k) : classes;
  const samples = classes.length;
  const patterns = Array.from({ length: samples }, (_, i) => ({
    input: Array.from(x.subarray(i * sizes[0], (i + 1) * sizes[0])),
    output: Array.from(targets.subarray(i * k, (i + 1) * k)),
  }));
  const slices = Array.from({ length: batches }, (_, i) => patterns.slice(i * batch, (i + 1) * batch));
  const network = new brain.NeuralNetwork({ hiddenLayers: sizes.slice(1, -1), activation: 'sigmoid' });
  let made = 0;
  const options = { iterations: 1, errorThresh: 1e-9, learningRate: learningRates.sgd, errorCheckInterval: 2 ** 30 };
  return {
    steps(count) {
      if (batches === 1) network.train(slices[0], { ...options, iterations: count });
      else for (let i = 0; i < count; i++) network.train(slices[made++ % batches], options);
      return count;
    },
    loss: () => network.test(slices[0]).error,
  };
}
