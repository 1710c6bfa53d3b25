// What the guide's table says that models reach is reached by its commands: to the last digit, as training is the same to the
// last bit everywhere. Trains for about twenty minutes.

import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { jsb } from '../data/jsb.node.ts';
import { mnist } from '../data/mnist.node.ts';
import { alcOk, read, removeTemporaries, root, temporary } from '../testing/alc.ts';
import { datasetDirectory } from '../testing/data.ts';
import torch from './references.json' with { type: 'json' };

afterAll(removeTemporaries);

interface Reference {
  readonly name: string;
  /** As it stands in the table. */
  readonly reached: string;
  readonly example: string;
  readonly location: string;
  /** Of `alc create`. */
  readonly options: readonly string[];
}

const guide = read(root, 'README.md');

/** The rows | name | test | others | `example location options` | of the table. */
const references = [...guide.matchAll(/^\| (.+?) \| (.+?) \|.*\| `(\S+\.ts) (runs\/\S+) (.*)` \|$/gm)].map(
  ([, name = '', reached = '', example = '', location = '', options = '']): Reference => ({
    name,
    reached,
    example,
    location,
    options: (options.match(/'[^']*'|\S+/g) ?? []).map((option) => option.replaceAll("'", '')),
  }),
);

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value) / values.length;
const deviation = (values: readonly number[]): number =>
  Math.sqrt((mean(values.map((value) => (value - mean(values)) ** 2)) * values.length) / (values.length - 1));
const withDeviation = (values: readonly number[]): string =>
  `${mean(values).toFixed(1)} ± ${deviation(values).toFixed(1)}`;

const digits = datasetDirectory(mnist);
const chorales = datasetDirectory(jsb);
let cwd = '';

beforeAll(() => {
  cwd = temporary();
});

/** The reports of all configurations, that of the smallest validation loss first. */
async function trained({ example, location, options }: Reference): Promise<Readonly<Record<string, number>>[]> {
  await alcOk(['create', join(root, 'examples', example), location, ...options], { cwd });
  const data = example === 'jsb.ts' ? chorales : digits;
  await alcOk(['run', location, '--data', data ?? ''], { cwd });
  const { ranked } = JSON.parse(await alcOk(['evaluate', location, '--json'], { cwd }));
  return ranked.map(({ directory }: { readonly directory: string }) =>
    JSON.parse(read(cwd, `${directory}/report-last.json`)),
  );
}

it('the table has its rows', () => {
  expect(references.map(({ location }) => location)).toEqual([
    'runs/mlp',
    'runs/cnn',
    'runs/vae',
    'runs/rnn',
    'runs/convolutional',
  ]);
});

it.skipIf(!digits || !chorales).each(references)('$name: $reached', { timeout: 3_600_000 }, async (reference) => {
  const reports = await trained(reference);
  const [best] = reports;
  const all = reports.map(({ testLoss = Number.NaN }) => testLoss);
  const reached = reference.reached.includes('±')
    ? withDeviation(all)
    : reference.reached.includes('%')
      ? `${(100 * (best?.testAccuracy ?? 0)).toFixed(1)} %`
      : best?.testLoss?.toFixed(reference.reached.split('.')[1]?.length);
  expect(reached).toBe(reference.reached);
});

it('the bound of the variational autoencoder by PyTorch is the one that was measured', () => {
  expect(guide).toContain(`${withDeviation(torch.vaeTestBound['5 epochs'])} (PyTorch ${torch.torch.slice(0, 4)}`);
});
