// TensorFlow.js on its WebAssembly backend (XNNPACK), one thread.

import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { setThreadsCount, setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { data, initialWeights, learningRates, oneHot } from './works.mjs';

const require = createRequire(import.meta.url);
setWasmPaths(join(dirname(require.resolve('@tensorflow/tfjs-backend-wasm')), '/'));
setThreadsCount(1);
await tf.setBackend('wasm');

export function train(work, optimizer) {
  const { sizes, batch, batches, activation, loss } = work;
  const { x, classes } = data(work);
  const k = sizes.at(-1);
  const targets = loss === 'crossEntropy' ? oneHot(classes, k) : classes;
  const slices = Array.from({ length: batches }, (_, i) => ({
    x: tf.tensor2d(x.slice(i * batch * sizes[0], (i + 1) * batch * sizes[0]), [batch, sizes[0]]),
    z: tf.tensor2d(targets.slice(i * batch * k, (i + 1) * batch * k), [batch, k]),
  }));
  const layers = initialWeights(work).map(({ inputs, outputs, weight }) => ({
    w: tf.variable(tf.tensor2d(weight, [inputs, outputs])),
    b: tf.variable(tf.zeros([outputs])),
  }));
  const rate = learningRates[optimizer];
  const update = optimizer === 'sgd' ? tf.train.sgd(rate) : tf.train.adam(rate);
  const activate = activation === 'relu' ? tf.relu : tf.sigmoid;
  const lossOf = ({ x, z }) => {
    let y = x;
    for (const [i, { w, b }] of layers.entries()) {
      y = tf.add(tf.matMul(y, w), b);
      if (i < layers.length - 1) y = activate(y);
    }
    return loss === 'crossEntropy' ? tf.losses.softmaxCrossEntropy(z, y) : tf.losses.sigmoidCrossEntropy(z, y);
  };
  let made = 0;
  return {
    steps(count) {
      for (let i = 0; i < count; i++) {
        update.minimize(() => lossOf(slices[made++ % batches]));
      }
      return count;
    },
    loss: () => tf.tidy(() => lossOf(slices[0]).dataSync()[0]),
  };
}
