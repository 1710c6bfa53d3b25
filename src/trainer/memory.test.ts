// How much memory training takes, and that it is known before.

import { expect, test } from 'vitest';
import { tensor } from '../data/tensor.ts';
import { cnn, lstm, mlp } from '../models/index.ts';
import { never } from '../stops/index.ts';
import { Trainer } from '../trainer.ts';

test('bytes stay bytes until a minibatch is gathered: 60,000 images of 784 take less than 60 MiB, all in all', async () => {
  const images = tensor(new Uint8Array(60_000 * 784).fill(255, 784 * 59_999), [60_000, 784]);
  const labels = tensor(new Uint8Array(60_000));
  const options = {
    model: mlp({ inputs: 784, hidden: [128], outputs: 10, activation: 'relu', loss: 'crossEntropy' }),
    data: { train: [images, labels], val: [images, labels] },
    seed: 1,
    optimizer: { name: 'adam', learningRate: 1e-3 },
    batchSize: 64,
    pause: never,
    stop: never,
    interrupt: ({ step }: { readonly step: number }) => step > 0,
  } as const;
  const trainer = new Trainer(options);
  expect(Trainer.bytesNeeded(options)).toBe(trainer.bytes);
  expect(trainer.bytes).toBeGreaterThan(60_000 * 784);
  expect(trainer.bytes).toBeLessThan(60 * 2 ** 20);
  await trainer.fit();
  expect(trainer.step).toBeGreaterThan(0);
});

test('an LSTM of two layers of 256 units over 128 steps and batches of 32 needs less than 128 MiB', () => {
  const rolls = tensor(new Uint8Array(32 * 128 * 88), [32, 128, 88]);
  const bytes = Trainer.bytesNeeded({
    model: lstm({ inputs: 88, hidden: [256, 256], outputs: 88, loss: 'binaryCrossEntropy' }),
    data: { train: [rolls, rolls], val: [rolls, rolls] },
    optimizer: { name: 'adam' },
    batchSize: 32,
  });
  expect(bytes).toBeLessThan(128 * 2 ** 20);
}, 60_000);

test('convolutions take no memory for patches that grows with the batch', () => {
  const images = tensor(new Uint8Array(256 * 32 * 32 * 3), [256, 32, 32, 3]);
  const labels = tensor(new Uint8Array(256));
  const model = cnn({ image: [32, 32, 3], outputs: 10, filters: [16], kernel: 5, hidden: [] });
  const bytes = Trainer.bytesNeeded({
    model,
    data: { train: [images, labels], val: [images, labels] },
    optimizer: { name: 'sgd' },
    batchSize: 256,
  });
  // The patches of all images alone would be 256 · 32² · 75 floats.
  expect(bytes).toBeLessThan(256 * 32 ** 2 * 75 * 4);
});

test('threads have scratch memory of their own, which counts', () => {
  const split = [tensor(new Float32Array(128 * 64), [128, 64]), tensor(new Uint8Array(128))] as const;
  const options = {
    model: mlp({ inputs: 64, hidden: [512], outputs: 10, activation: 'relu', loss: 'crossEntropy' }),
    data: { train: split, val: split },
    seed: 1,
    optimizer: { name: 'sgd', learningRate: 0.1 },
    pause: never,
    stop: never,
  } as const;
  const bytes = Trainer.bytesNeeded({ ...options, threads: 2 });
  expect(bytes).toBeGreaterThan(Trainer.bytesNeeded(options));
  expect(bytes).toBe(new Trainer({ ...options, threads: 2 }).bytes);
});

test('what cannot be had is known without being allocated, and refused with the figure', () => {
  const split = [tensor([[0]]), tensor([[0]])] as const;
  const options = {
    model: mlp({ inputs: 1, hidden: [20_000, 20_000], outputs: 1, activation: 'relu', loss: 'squaredError' }),
    data: { train: split, val: split },
    seed: 1,
    optimizer: { name: 'adam' },
    pause: never,
    stop: never,
  } as const;
  const gibibytes = (Trainer.bytesNeeded(options) / 2 ** 30).toFixed(1);
  expect(Number(gibibytes)).toBeGreaterThan(4);
  expect(() => new Trainer(options)).toThrow(
    `Machine: ${gibibytes} GiB of memory needed, at most 4 can be had; use smaller data or batches`,
  );
});
