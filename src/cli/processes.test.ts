// Every optimizer and every loss gives the same bytes in two processes.

import { afterAll, expect, it } from 'vitest';
import * as losses from '../losses/index.ts';
import * as optimizers from '../optimizers/index.ts';
import { alcOk, read, removeTemporaries, temporary } from '../testing/alc.ts';

afterAll(removeTemporaries);

/** An experiment whose report has the SHA-256 of everything that 20 steps changed, for each combination. */
const source = `
import { createHash } from 'node:crypto';
import { afterSteps, everySteps, mlp, tensor, Trainer } from 'alchemie';

const combinations = [
  ...${JSON.stringify(Object.keys(optimizers))}.map((optimizer) => ({ optimizer, loss: 'squaredError' })),
  ...${JSON.stringify(Object.keys(losses))}.map((loss) => ({ optimizer: 'sgd', loss })),
];
const input = tensor(Array.from({ length: 12 }, (_, i) => [i / 6 - 1, ((i * 7) % 12) / 12]));

function trainerOf({ optimizer, loss }, seed) {
  const targets = { contrastive: 1, gaussianNll: 2 }[loss] ?? 4;
  const target = tensor(Array.from({ length: 12 }, (_, i) => Array.from({ length: targets }, (_, k) => (i + k) % 2)));
  const model = mlp({ inputs: 2, hidden: [5], outputs: 4, activation: 'tanh', loss, dropout: 0.2 });
  const split = [input, target];
  const data = { train: split, val: split };
  return new Trainer({ model, data, seed, optimizer: { name: optimizer }, batchSize: 5, pause: everySteps(10), stop: afterSteps(20) });
}

async function hashOf(combination, seed) {
  const trainer = trainerOf(combination, seed);
  await trainer.fit();
  const hash = createHash('sha256');
  for (const { data } of trainer.snapshot().values()) hash.update(data);
  return hash.digest('hex');
}

export default {
  preamble: () => '',
  drawPars: (n) => Array.from({ length: n }, () => ({})),
  loadData: () => ({ train: [input, input], val: [input, input] }),
  newTrainer: (pars, data, { seed }) => trainerOf(combinations[0], seed),
  makeReport: async () => {
    const entries = [];
    for (const combination of combinations) entries.push([Object.values(combination).join(', '), await hashOf(combination, 5)]);
    return Object.fromEntries(entries);
  },
};
`;

it('every optimizer and every loss', { timeout: 60_000 }, async () => {
  const cwd = temporary({ 'experiment.mjs': source });
  await alcOk(['create', 'experiment.mjs', 'runs', '--amount=2'], { cwd });
  const reports: unknown[] = [];
  for (const i of [1, 2]) {
    await alcOk(['run', `runs/${i}`], { cwd });
    reports.push(JSON.parse(read(cwd, `runs/${i}/report-last.json`)));
  }
  expect(reports[0]).toEqual(reports[1]);
  // The squared error with sgd is in both lists.
  expect(Object.keys(reports[0] ?? {})).toHaveLength(Object.keys(optimizers).length + Object.keys(losses).length - 1);
  expect(new Set(Object.values(reports[0] ?? {})).size).toBeGreaterThan(Object.keys(optimizers).length);
});
