// The references of the guide's table, in a reduced version: real data, through the command line, with fewer epochs.

import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { jsb } from '../data/jsb.node.ts';
import { mnist } from '../data/mnist.node.ts';
import { alcOk, read, removeTemporaries, root, temporary } from '../testing/alc.ts';
import { datasetDirectory } from '../testing/data.ts';
import torch from './references.json' with { type: 'json' };

afterAll(removeTemporaries);

/** The report of one configuration of an example. */
async function trained(
  example: string,
  data: string,
  set: Readonly<Record<string, unknown>>,
): Promise<Readonly<Record<string, number>>> {
  const cwd = temporary();
  const module = join(root, 'examples', example);
  const fixed = Object.entries(set).flatMap(([name, value]) => ['--set', `${name}=${JSON.stringify(value)}`]);
  await alcOk(['create', module, 'runs', ...fixed], { cwd });
  await alcOk(['run', module, 'runs/1', '--data', data], { cwd });
  return JSON.parse(read(cwd, 'runs/1/report-last.json'));
}

const digits = datasetDirectory(mnist);
const chorales = datasetDirectory(jsb);
const timeout = 1_200_000;

describe.skipIf(digits === undefined)('MNIST', () => {
  it('the perceptron tells 95 % in 8 epochs', { timeout }, async () => {
    const { testAccuracy } = await trained('mnist.ts', digits ?? '', {
      epochs: 8,
      hidden: [256],
      activation: 'relu',
      dropout: 0.2,
      batchSize: 32,
      optimizer: { name: 'adam', learningRate: 1e-3 },
    });
    expect(testAccuracy).toBeGreaterThanOrEqual(0.95);
  });

  it('the convolutional network tells 97 % in 4 epochs', { timeout }, async () => {
    const { testAccuracy } = await trained('mnist-cnn.ts', digits ?? '', {
      epochs: 4,
      filters: [16, 32],
      kernel: 5,
      hidden: [128],
      activation: 'relu',
      dropout: 0.25,
      batchSize: 32,
      optimizer: { name: 'adam', learningRate: 1e-3 },
    });
    expect(testAccuracy).toBeGreaterThanOrEqual(0.97);
  });

  // The split is that of references.py only where the 10,000 test images are alone.
  it("the variational autoencoder's bound is that of PyTorch, within two per cent", { timeout }, async () => {
    const { testLoss } = await trained('mnist-vae.ts', digits ?? '', {
      epochs: 5,
      hidden: [200],
      latent: 20,
      activation: 'tanh',
      batchSize: 64,
      optimizer: { name: 'adam', learningRate: 1e-3 },
    });
    const expected = torch.vaeTestBound['5 epochs'];
    const mean = expected.reduce((sum, bound) => sum + bound) / expected.length;
    expect(Math.abs((testLoss ?? Number.NaN) / mean - 1)).toBeLessThan(0.02);
  });
});

describe.skipIf(chorales === undefined)('JSB chorales', () => {
  const common = { dropout: 0.5, batchSize: 8, epochs: 8 };

  it('the recurrent network comes below 9.2 in 8 epochs', { timeout }, async () => {
    const { testLoss } = await trained('jsb.ts', chorales ?? '', {
      ...common,
      network: { name: 'rnn', hidden: [200, 200] },
      clipNorm: 1,
      learningRate: 2e-3,
    });
    expect(testLoss).toBeLessThan(9.2);
  });

  it('the convolutional network comes below 9 in 8 epochs', { timeout }, async () => {
    const { testLoss } = await trained('jsb.ts', chorales ?? '', {
      ...common,
      network: { name: 'convolutional', units: 150, blocks: 2, kernel: 3 },
      clipNorm: 0.4,
      learningRate: 2e-3,
    });
    expect(testLoss).toBeLessThan(9);
  });
});
