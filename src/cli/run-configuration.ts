// One configuration, run in this process: by `alc run` itself, or by a worker of a pool.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { coreBytes } from '#wasm';
import type { RunSettings } from '../cluster/messages.ts';
import { ChangedError, LockError, UserError } from '../errors.ts';
import type { Experiment, RunContext } from '../experiment.ts';
import { toLiteral } from '../literal.ts';
import { loadConfiguration } from '../storage/configuration.node.ts';
import type { StoredConfiguration } from '../storage/configuration.ts';
import { sha256 } from '../storage/sha256.node.ts';
import { TrialDirectory } from '../storage/trial.node.ts';
import { LAST_REPORT } from '../storage/trialFiles.ts';
import { changesBetween } from '../trial/identity.ts';
import { RunRecord } from '../trial/record.ts';
import { type Effort, ExperimentError, type Outcome, passedOverText, runTrial, type TrialOptions } from '../trial.ts';
import { packageVersion } from './installation.ts';
import type { Interruption } from './interruption.ts';
import { checkWritable } from './location.ts';
import { messageOf, placed } from './message.ts';
import { loadExperiment } from './module.ts';
import { type StoredOutcome, storedOutcome } from './outcome.ts';
import { moduleFiles, type Provenance, provenance, sha256Hex, thisProcess } from './provenance.ts';
import { withStrayErrors } from './stray.ts';

/** An experiment, and where it comes from. */
export interface LoadedModule {
  readonly experiment: Experiment;
  readonly provenance: Promise<Provenance>;
  readonly versions: TrialOptions['versions'];
}

/** @throws UserError when it cannot be loaded or is no experiment */
export async function loadModule(path: string): Promise<LoadedModule> {
  const experiment = await loadExperiment(path);
  const alchemie = packageVersion();
  const files = Object.entries(moduleFiles(path)).map(([name, hash]) => `${name} ${hash}`);
  const versions = { alchemie, wasm: sha256Hex(coreBytes()), module: files.join('\n') };
  return { experiment, provenance: provenance(path, alchemie), versions };
}

export interface ConfigurationRun {
  readonly module: LoadedModule;
  readonly directory: string;
  readonly settings: RunSettings;
  readonly interruption: Interruption;
  readonly notice: (line: string) => void;
  /** Who looks on. */
  readonly watch?: TrialOptions['watch'];
}

/** What a run leaves: an outcome of its own, that of an earlier one, or nothing as it waited in vain for another. */
export type Run = { readonly outcome: Outcome } | { readonly stored: StoredOutcome } | { readonly waitedFor: string };

/**
 * Trains it, or continues.
 *
 * @throws UserError when the experiment fails
 * @throws LockError when another process runs it
 */
export async function runConfiguration(run: ConfigurationRun): Promise<Run> {
  const { module, directory, settings, interruption, notice, watch } = run;
  const { pars, context } = await loadForRun(directory, settings, notice);
  const storage = new TrialDirectory(directory);
  try {
    if (!existsSync(join(directory, LAST_REPORT))) {
      checkWritable(directory);
      const reason = await acquire(storage, settings.wait, interruption, notice);
      if (reason !== undefined) return { waitedFor: reason };
    }
    // After that: who ran it may have finished it.
    const stored = await storedOutcome(directory);
    if (stored) {
      if (!settings.acceptChanged) checkUnedited(storage, toLiteral({ pars, seed: context.seed }));
      return { stored };
    }
    const { run: before, passedOver } = storage.readRun();
    for (const each of passedOver) notice(passedOverText(each));
    const record = new RunRecord(storage, before, thisProcess(), module.provenance);
    try {
      const trial = {
        experiment: module.experiment,
        pars,
        storage,
        context,
        versions: module.versions,
        sha256,
        isInterrupted: () => interruption.reason() !== undefined,
        acceptChanged: settings.acceptChanged,
        secondsBefore: record.secondsBefore,
        hasProgress: record.hasProgress,
        begun: () => record.begin(),
        trained: (effort: Effort) => record.trained(effort),
        ...(watch && { watch }),
        ...(settings.every !== undefined && { checkpointMilliseconds: settings.every }),
      };
      const outcome = await withStrayErrors(directory, () => runTrial(trial));
      await record.end(outcome);
      return { outcome };
    } catch (error) {
      await record.fail(error, messageOf(error));
      throw explained(directory, error);
    }
  } finally {
    storage.close();
  }
}

/** @throws UserError when a run that is over had another configuration than the file has now */
function checkUnedited(storage: TrialDirectory, pars: string): void {
  const metadata = storage.newestWhole()?.metadata;
  const changes = metadata ? changesBetween(metadata, { ...metadata, pars }) : [];
  if (changes.length === 0) return;
  const lines = changes.flatMap(({ lines }) => lines.map((line) => `  ${line}\n`)).join('');
  throw new UserError(
    `${storage.path}: the run is over, and the configuration has been edited since:\n${lines}` +
      'undo the change, or create another configuration; --accept-changed leaves it as it is',
  );
}

/** What a configuration says, and what its experiment's functions are told besides. */
export async function loadForRun(
  directory: string,
  { data }: Pick<RunSettings, 'data'>,
  notice: (line: string) => void,
): Promise<Pick<StoredConfiguration, 'pars'> & { readonly context: RunContext }> {
  const { pars, seed } = await loadConfiguration(directory);
  return { pars, context: { seed, notice, ...(data !== undefined && { dataDirectory: data }) } };
}

const WAIT_MILLISECONDS = 500;

/** Acquires the lock, waiting for it if asked to; gives the reason if the wait was interrupted. */
async function acquire(
  storage: TrialDirectory,
  isPatient: boolean,
  interruption: Interruption,
  notice: (line: string) => void,
): Promise<string | undefined> {
  let awaited: string | undefined;
  for (;;) {
    try {
      storage.acquire();
      return undefined;
    } catch (error) {
      if (!isPatient || !(error instanceof LockError)) throw error;
      if (error.holder !== awaited) notice(`waiting for ${error.holder}`);
      awaited = error.holder;
    }
    const reason = interruption.reason();
    if (reason !== undefined) return reason;
    await sleep(WAIT_MILLISECONDS);
  }
}

/** What the experiment's code did wrong, with the configuration and the line in the user's file; how to accept a change. */
export function explained(directory: string, error: unknown): unknown {
  if (error instanceof ChangedError) return new UserError(`${error.message} with --accept-changed`);
  if (!(error instanceof ExperimentError)) return error;
  const message = error.message.replace(/\s*\n\s*/g, ' ');
  return new UserError(`${directory}: ${placed(message, error.cause)}`, error.exitCode, { cause: error });
}
