// The same bytes on every Node.js, and with V8's revectorization. Installs the versions from npm; run by
// `npm run test:long`.

import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { main, put, read, removeTemporaries, results, start, temporary } from '../testing/alc.ts';

// Four versions of Node.js are many files.
afterAll(removeTemporaries, 120_000);

const VERSIONS = [20, 22, 24, 26] as const;

/** Every width of tile, blocks of more than 512, a thin output; enough steps for every kernel to be optimized. */
const EXPERIMENT = `
import { afterSteps, everySteps, mlp, tensor, Trainer } from 'alchemie';
const [rows, inputs] = [300, 530];
const input = tensor(Float32Array.from({ length: rows * inputs }, (_, i) => ((i * 7919) % 1013) / 500 - 1), [rows, inputs]);
const split = [input, tensor(Uint8Array.from({ length: rows }, (_, i) => (i * i) % 10))];
export default {
  preamble: () => '',
  drawPars: (n) => Array.from({ length: n }, () => ({})),
  loadData: () => ({ train: split, val: split }),
  newTrainer: (pars, data, { seed }) => new Trainer({
    model: mlp({ inputs, hidden: [150, 61, 35, 23], outputs: 10, activation: ['relu', 'tanh', 'gelu', 'sigmoid'],
      loss: 'crossEntropy', initializer: 'orthogonal', dropout: 0.1 }),
    data, seed, batchSize: 33, optimizer: { name: 'adam', learningRate: 1e-3, clipNorm: 1 },
    pause: everySteps(500), stop: afterSteps(1500),
  }),
  makeReport: (pars, trainer, data) => ({ valLoss: trainer.score(data.val) }),
};
`;

const directory = temporary({ 'x.mjs': EXPERIMENT });

beforeAll(() => {
  for (const version of VERSIONS) {
    const folder = join(directory, `node${version}`);
    put(folder, { 'package.json': '{}' });
    execFileSync('npm', ['install', '--silent', '--no-audit', '--no-fund', `node@${version}`], { cwd: folder });
  }
}, 300_000);

async function trained(version: (typeof VERSIONS)[number], wish: 'on' | 'off') {
  const node = join(directory, `node${version}`, 'node_modules/node/bin/node');
  const trial = join(directory, `${version}-${wish}`);
  put(trial, { 'cfg.mjs': 'export const pars = {};\n\nexport const seed = 5;\n' });
  const { ended } = start(['run', join(directory, 'x.mjs'), trial], {
    command: [node, main],
    env: { ALCHEMIE_REVECTORIZE: wish },
  });
  const { code, stderr } = await ended;
  expect(code, stderr).toBe(0);
  const { v8, revectorized } = JSON.parse(read(trial, 'run.json'));
  return { v8, revectorized, results: results(trial) };
}

it('checkpoint, log and report are the same', { timeout: 300_000 }, async () => {
  const runs = [];
  for (const version of VERSIONS) runs.push(await trained(version, 'off'));
  for (const version of [24, 26] as const) runs.push(await trained(version, 'on'));
  expect(new Set(runs.map(({ v8 }) => v8)).size).toBe(VERSIONS.length);
  expect(runs.map(({ revectorized }) => revectorized)).toEqual([false, false, false, false, true, true]);
  expect(new Set(runs.map(({ results }) => JSON.stringify(results))).size).toBe(1);
});
