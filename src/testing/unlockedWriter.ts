// Runs a configuration without its lock, and prints how that ended: <module> <directory>. Bundled and started by a test.

import { coreBytes } from '#wasm';
import { packageVersion } from '../cli/installation.ts';
import { loadExperiment } from '../cli/module.ts';
import { moduleFiles, sha256Hex } from '../cli/provenance.ts';
import { loadConfiguration } from '../storage/configuration.node.ts';
import { sha256 } from '../storage/sha256.node.ts';
import { TrialDirectory } from '../storage/trial.node.ts';
import { runTrial } from '../trial.ts';

const [module = '', directory = ''] = process.argv.slice(2);
const nobody = { acquire() {}, check() {}, glance() {}, release() {} };
const { pars, seed } = await loadConfiguration(directory);
const files = Object.entries(moduleFiles(module)).map(([name, hash]) => `${name} ${hash}`);
const { state } = await runTrial({
  experiment: await loadExperiment(module),
  pars,
  storage: new TrialDirectory(directory, nobody),
  context: { seed, notice() {} },
  versions: { alchemie: packageVersion(), wasm: sha256Hex(coreBytes()), module: files.join('\n') },
  sha256,
  isInterrupted: () => false,
  checkpointMilliseconds: 5,
}).catch((error) => {
  // A writer that comes later sweeps away what it takes for leftovers.
  if (error.name !== 'UserError') throw error;
  return { state: error.message };
});
console.log(state);
