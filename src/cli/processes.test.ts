// Every optimizer, every loss and every model gives the same bytes in two processes.

import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import * as losses from '../losses/index.ts';
import * as models from '../models/index.ts';
import * as optimizers from '../optimizers/index.ts';
import { alcOk, read, removeTemporaries, root, temporary } from '../testing/alc.ts';

afterAll(removeTemporaries);

it('every optimizer, every loss and every model', { timeout: 60_000 }, async () => {
  const cwd = temporary();
  const names = [optimizers, losses, models].map(Object.keys);
  const [ofOptimizers = [], ofLosses, ofModels] = names;
  const pars = { optimizers: ofOptimizers.map((name) => ({ name })), losses: ofLosses, models: ofModels };
  const set = Object.entries(pars).flatMap(([kind, all]) => ['--set', `${kind}=${JSON.stringify(all)}`]);
  await alcOk(['create', join(root, 'src/testing/everything-experiment.ts'), 'runs', '--amount=2', ...set], { cwd });
  const reports: unknown[] = [];
  for (const i of [1, 2]) {
    await alcOk(['run', `runs/${i}`], { cwd });
    reports.push(JSON.parse(read(cwd, `runs/${i}/report-last.json`)));
  }
  expect(reports[0]).toEqual(reports[1]);
  const all = names.flat();
  expect(Object.keys(reports[0] ?? {}).sort()).toEqual(all.sort());
  // All but two differ: amsgrad begins as adam, bernoulliKl has the gradient of binaryCrossEntropy.
  expect(new Set(Object.values(reports[0] ?? {})).size).toBe(all.length - 2);
});
