import { expect, test } from 'vitest';
import { tensor } from '../data/tensor.ts';
import { mlp } from '../models/index.ts';
import { never } from '../stops/index.ts';
import { Trainer } from '../trainer.ts';

test('bytes stay bytes until a minibatch is gathered: 60,000 images of 784 take less than 60 MiB, all in all', async () => {
  const images = tensor(new Uint8Array(60_000 * 784).fill(255, 784 * 59_999), [60_000, 784]);
  const labels = tensor(new Uint8Array(60_000));
  const trainer = new Trainer({
    model: mlp({ inputs: 784, hidden: [128], outputs: 10, activation: 'relu', loss: 'crossEntropy' }),
    data: { train: [images, labels], val: [images, labels] },
    seed: 1,
    optimizer: { name: 'adam', learningRate: 1e-3 },
    batchSize: 64,
    pause: never,
    stop: never,
    interrupt: ({ step }) => step > 0,
  });
  expect(trainer.bytes).toBeGreaterThan(60_000 * 784);
  expect(trainer.bytes).toBeLessThan(60 * 2 ** 20);
  await trainer.fit();
  expect(trainer.step).toBeGreaterThan(0);
});
