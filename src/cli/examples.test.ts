// The examples, each drawn from its search space and trained on a small budget by the command line.

import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { alcOk, read, removeTemporaries, root, temporary } from '../testing/alc.ts';
import { writeGeneratedMnist } from '../testing/data.ts';

afterAll(removeTemporaries);

interface Budget {
  /** Hyperparameters that are not drawn. */
  readonly set: Readonly<Record<string, unknown>>;
  /** What `--data` names, if anything, in the folder of the test's data. */
  readonly data?: string;
  /** What the report must say. */
  readonly report: Readonly<Record<string, unknown>>;
}

const loss = expect.toSatisfy((value: unknown) => typeof value === 'number' && value >= 0, 'a loss');
const losses = { trainLoss: loss, valLoss: loss, testLoss: loss };
const between = (low: number, high: number): unknown =>
  expect.toSatisfy(
    (value: unknown) => typeof value === 'number' && value >= low && value <= high,
    `in [${low}, ${high}]`,
  );

const budgets: Readonly<Record<string, Budget>> = {
  'mlp-xor.ts': { set: {}, report: losses },
  'mnist.ts': {
    set: { epochs: 3, hidden: [32], dropout: 0, optimizer: { name: 'adam', learningRate: 0.003 } },
    data: 'mnist',
    report: { ...losses, testAccuracy: between(0.9, 1), confusion: expect.any(Array), weights: expect.any(Array) },
  },
  // The deviation of the noise is 40, that of the rents about 400.
  'regression.ts': {
    set: {
      epochs: 100,
      hidden: [32],
      activation: 'silu',
      optimizer: { name: 'adamw', learningRate: 0.01, weightDecay: 0 },
    },
    report: { ...losses, testError: between(40, 80) },
  },
  'mnist-cnn.ts': {
    set: { epochs: 3, filters: [4, 8], kernel: 3, hidden: [32], dropout: 0, batchSize: 32, learningRate: 0.01 },
    data: 'mnist',
    report: { valLoss: loss, valAccuracy: between(0, 1), testLoss: loss, testAccuracy: between(0.9, 1) },
  },
  'mnist-vae.ts': {
    set: { epochs: 3, hidden: [32], latent: 4 },
    data: 'mnist',
    report: {
      ...losses,
      testReconstruction: loss,
      testDivergence: loss,
      // Less than the logarithm of two possibilities for each pixel.
      testNegativeLogLikelihood: between(0, 784 * Math.LN2),
    },
  },
  'jsb.ts': {
    set: {
      epochs: 30,
      network: { name: 'convolutional', units: 16, blocks: 2, kernel: 3, context: 2 },
      dropout: 0,
      batchSize: 8,
      optimizer: { name: 'adam', learningRate: 0.02, clipNorm: 1, averageDecay: 0.9 },
    },
    data: '.',
    report: { ...losses, testLoss: between(0, 5) },
  },
  'char-lm.ts': {
    set: { steps: 100, context: 16, width: 16, heads: 2, blocks: 1, batchSize: 8 },
    data: 'text.txt',
    report: { ...losses, testLoss: between(0, 4.5), continuation: expect.any(String) },
  },
};

let data = '';

/** Chorales that rise and fall between two chords. */
function generatedChorales(): string {
  const chorale = (steps: number) =>
    Array.from({ length: steps }, (_, step) => (step % 4 < 2 ? [60, 64, 67] : [62, 65, 69]));
  const chorales = (count: number) => Array.from({ length: count }, (_, i) => chorale(5 + (i % 4)));
  return JSON.stringify({ train: chorales(32), valid: chorales(8), test: chorales(8) });
}

beforeAll(async () => {
  data = temporary({ 'jsb/jsb-chorales-quarter.json': generatedChorales(), 'text.txt': read(root, 'README.md') });
  await writeGeneratedMnist(join(data, 'mnist'), { test: 1000 });
});

test('every example is here', () => {
  // Parts of one's own are trained by guide.test.ts and workflow.test.ts.
  const others = /^own-|^story\.mjs$|-data\.mjs$/;
  const modules = readdirSync(join(root, 'examples')).filter((name) => /\.m?[jt]s$/.test(name) && !others.test(name));
  expect(Object.keys(budgets).sort()).toEqual(modules.sort());
});

describe.each(Object.entries(budgets))('%s', (name, { set, data: folder, report }) => {
  it('is drawn, trained and reported', { timeout: 120_000 }, async () => {
    const cwd = temporary();
    const module = join(root, 'examples', name);
    // As its search space says, and as small as it can be learnt.
    await alcOk(['create', module, 'runs', '--amount=3'], { cwd });
    const fixed = Object.entries(set).flatMap(([key, value]) => ['--set', `${key}=${JSON.stringify(value)}`]);
    await alcOk(['create', module, 'runs', ...fixed], { cwd });
    const where = folder === undefined ? [] : ['--data', join(data, folder)];
    await alcOk(['run', module, 'runs/4', ...where], { cwd });
    expect(JSON.parse(read(cwd, 'runs/4/report-last.json'))).toEqual(report);
  });
});

test('the rents are what the process makes that is said to have made them', async () => {
  const { rents } = await import(join(root, 'examples/rents-data.mjs'));
  expect(rents()).toBe(read(root, 'examples/rents.csv'));
});
