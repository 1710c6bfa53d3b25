// A hundred steps of a training run that never changes, for the bytes of its end: they must be the same on every machine,
// in Node and in the browser. Nothing in here may depend on the surroundings, and nothing may be imported from Node.

import { tensor } from '../data/tensor.ts';
import { mlp } from '../models/mlp.ts';
import { afterSteps, everySteps } from '../stops/index.ts';
import { Trainer } from '../trainer.ts';

const ROWS = 23;
const INPUTS = 5;

/** The state zone after 100 steps: dropout, minibatches that do not divide the data, Adam along half a cosine wave. */
export async function fixedProgram(): Promise<Uint8Array<ArrayBuffer>> {
  const input = Float32Array.from({ length: ROWS * INPUTS }, (_, i) => ((i * i * 37 + i * 11) % 101) / 50 - 1);
  const classes = Uint8Array.from({ length: ROWS }, (_, i) => (i * i) % 3);
  const data = [tensor(input, [ROWS, INPUTS]), tensor(classes)] as const;
  const trainer = new Trainer({
    model: mlp({
      inputs: INPUTS,
      hidden: [9, 7],
      outputs: 3,
      activation: ['gelu', 'tanh'],
      loss: 'crossEntropy',
      initializer: 'orthogonal',
      biasInitializer: { name: 'normal', std: 0.1 },
      dropout: [0.1, 0.2, 0],
    }),
    data: { train: data, val: data },
    seed: 20_261_124,
    optimizer: {
      name: 'adam',
      learningRate: { name: 'cosine', from: 0.05, steps: 90, warmup: 5 },
      weightDecay: 0.001,
      clipNorm: 1,
    },
    batchSize: 6,
    pause: everySteps(10),
    stop: afterSteps(100),
  });
  await trainer.fit();
  const parts = [...trainer.snapshot().values()].map(
    ({ data }) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
  );
  const bytes = new Uint8Array(parts.reduce((total, part) => total + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
