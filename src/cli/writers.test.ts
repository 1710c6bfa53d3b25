// Even without the lock, writers of one configuration write the same bytes.

import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, expect, it } from 'vitest';
import { alcOk, removeTemporaries, results, root, temporary } from '../testing/alc.ts';

afterAll(removeTemporaries);

const module = join(root, 'src/testing/counting-experiment.ts');
const built = (file: string): string => JSON.stringify(pathToFileURL(join(root, 'dist', file)).href);

const WRITER = `
import { loadExperiment } from ${built('cli/module.js')};
import { moduleFiles, sha256Hex } from ${built('cli/provenance.js')};
import { packageVersion } from ${built('cli/installation.js')};
import { coreBytes } from ${built('machine/wasm.node.js')};
import { loadConfiguration } from ${built('storage/configuration.node.js')};
import { sha256 } from ${built('storage/sha256.node.js')};
import { TrialDirectory } from ${built('storage/trial.node.js')};
import { runTrial } from ${built('trial.js')};
const [module, directory] = process.argv.slice(1);
const nobody = { acquire() {}, check() {}, glance() {}, release() {} };
const { pars, seed } = await loadConfiguration(directory);
const files = Object.entries(moduleFiles(module)).map(([name, hash]) => name + ' ' + hash);
const { state } = await runTrial({
  experiment: await loadExperiment(module),
  pars,
  storage: new TrialDirectory(directory, nobody),
  context: { seed, notice() {} },
  versions: { alchemie: packageVersion(), wasm: sha256Hex(coreBytes()), module: files.join('\\n') },
  sha256,
  isInterrupted: () => false,
  checkpointMilliseconds: 5,
}).catch((error) => {
  // A writer that comes later sweeps away what it takes for leftovers.
  if (error.name !== 'UserError') throw error;
  return { state: error.message };
});
console.log(state);
`;

it('eight of them give the bytes of one', { timeout: 120_000 }, async () => {
  const location = temporary({ 'pars.json': JSON.stringify([1, 2].map(() => ({ steps: 400, width: 500 }))) });
  const other = temporary({ 'pars.json': JSON.stringify({ steps: 400, width: 500 }) });
  for (const place of [location, other]) await alcOk(['create', module, place, '--from', join(place, 'pars.json')]);
  await alcOk(['run', module, join(other, '1')]);

  const directory = join(location, '1');
  const write = (): Promise<string> =>
    new Promise((resolve) => {
      let said = '';
      const child = spawn(process.execPath, ['--input-type=module', '-e', WRITER, module, directory]);
      child.stdout.on('data', (text) => {
        said += text;
      });
      child.stderr.on('data', (text) => {
        said += text;
      });
      child.on('close', () => resolve(said.trim()));
    });
  const ends = await Promise.all(Array.from({ length: 8 }, write));
  const finished = ends.filter((said) => said === 'finished').length;
  console.log(`eight writers without a lock: ${finished} finished, the same bytes as one`);
  expect(finished, ends.join('\n')).toBeGreaterThan(1);
  expect(results(directory)).toEqual(results(join(other, '1')));
});
