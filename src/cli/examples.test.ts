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
    report: { ...losses, testAccuracy: between(0.9, 1) },
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
};

let data = '';

beforeAll(async () => {
  data = temporary();
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
