// `alc run`: trains one configuration, or continues it; or all unfinished ones of a location.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CAC } from 'cac';
import { coreBytes } from '#wasm';
import { LockError, UserError } from '../../errors.ts';
import { loadConfiguration } from '../../storage/configuration.node.ts';
import { stringify } from '../../storage/json.ts';
import { TrialDirectory } from '../../storage/trial.node.ts';
import { ExperimentError, type Outcome, prepare, runTrial } from '../../trial.ts';
import { parseDuration, showSeconds } from '../duration.ts';
import { type Interruption, listen } from '../interruption.ts';
import { checkLocation, checkWritable, notedModule } from '../location.ts';
import { placed } from '../message.ts';
import { loadExperiment } from '../module.ts';
import { storedOutcome } from '../outcome.ts';
import { runPool } from '../pool.ts';
import { print, tell } from '../print.ts';
import { moduleFiles, sha256Hex } from '../provenance.ts';
import { RunRecord } from '../record.ts';
import { INTERRUPTED, type RunOptions } from '../run-options.ts';
import { withStrayErrors } from '../stray.ts';
import { packageVersion } from '../version.ts';

export function run(cli: CAC): void {
  cli
    .command('run [module] <location>', 'Train a configuration, or all unfinished ones of a location')
    .usage('run [module] <location>/<i>  or  alc run [module] <location>')
    .option('--jobs <k>', 'How many configurations at a time; default: one per core')
    .option('--data <folder>', 'Where the experiment finds its data')
    .option('--time-limit <duration>', 'Save and come back after this time, e.g. 55m')
    .option('--checkpoint-every <duration>', 'Time between checkpoints; default: so that they cost under 3 %')
    .option('--accept-changed', 'Continue although the configuration or the module has changed')
    .option('--wait', 'If another process is running it, wait for it to end instead of ending with 5')
    .option('--print-program', 'Print what is computed, one line per operation, and exit')
    .option('--json', 'Print the outcome as JSON')
    .action(async (first: string, second: string | undefined, options: RunOptions) => {
      // `alc run <location>`: the module was noted by create.
      const directory = second ?? first;
      checkLocation(directory);
      const module = second === undefined ? notedModule(directory) : first;
      const isOne = existsSync(join(directory, 'cfg.mjs'));
      // Before anything is started: they hold for all.
      const times = readTimes(options);
      process.exitCode = isOne
        ? await runOne(module, directory, options, times)
        : await runPool(module, directory, options);
    });
}

/** Milliseconds. */
interface Times {
  readonly limit: number | undefined;
  readonly every: number | undefined;
}

function readTimes({ timeLimit, checkpointEvery }: RunOptions): Times {
  const read = (option: string, value: unknown): number | undefined =>
    value === undefined ? undefined : parseDuration(option, String(value));
  return { limit: read('--time-limit', timeLimit), every: read('--checkpoint-every', checkpointEvery) };
}

async function runOne(
  module: string,
  directory: string,
  options: RunOptions,
  { limit, every }: Times,
): Promise<number> {
  const notice = (line: string): void => {
    tell(`${directory}: ${line}`);
  };
  const interruption = listen(limit, (signal, isSecond) => {
    notice(isSecond ? `${signal}: leaving at once` : `${signal}: saving; once more to leave at once`);
  });
  const experiment = await loadExperiment(module);
  const { pars, seed } = await loadConfiguration(directory);
  const context = { seed, notice, ...(options.data !== undefined && { dataDirectory: options.data }) };

  if (options.printProgram) {
    const { trainer } = await prepare(experiment, pars, context).catch((error: unknown) => {
      throw explained(directory, error);
    });
    if (trainer.bytes !== undefined) notice(`${(trainer.bytes / 2 ** 20).toFixed(1)} MiB of memory`);
    print(`${trainer.program ?? 'this trainer does not say what it computes'}\n`);
    return 0;
  }

  const storage = new TrialDirectory(directory);
  try {
    if (!existsSync(join(directory, 'report-last.json'))) {
      checkWritable(directory);
      if (!(await isOurs(storage, options.wait ?? false, interruption, notice))) return INTERRUPTED;
    }
    // After that: who ran it may have finished it.
    const stored = await storedOutcome(directory);
    if (stored) {
      notice(`nothing to do: the run has ${stored.state}; report-last.json has its result`);
      if (options.json) print(outcomeJson(stored));
      return stored.state === 'diverged' ? 1 : 0;
    }
    const record = new RunRecord(storage, storage.readRun(), module);
    record.begin();
    try {
      const trial = {
        experiment,
        pars,
        storage,
        context,
        versions: { alchemie: packageVersion(), wasm: sha256Hex(coreBytes()), module: moduleText(module) },
        hash: sha256Hex,
        isInterrupted: () => interruption.reason() !== undefined,
        acceptChanged: options.acceptChanged ?? false,
        secondsBefore: record.secondsBefore,
        ...(every !== undefined && { checkpointMilliseconds: every }),
      };
      const outcome = await withStrayErrors(directory, () => runTrial(trial));
      await record.end(outcome);
      print(options.json ? outcomeJson({ directory, ...outcome }) : outcomeLine(directory, outcome, interruption));
      return { finished: 0, interrupted: INTERRUPTED, diverged: 1 }[outcome.state];
    } catch (error) {
      await record.fail(error);
      throw explained(directory, error);
    }
  } finally {
    storage.close();
  }
}

/** A line with name and hash for the module and for every local file that it imports. */
function moduleText(module: string): string {
  const lines = Object.entries(moduleFiles(module)).map(([name, hash]) => `${name} ${hash}`);
  return lines.join('\n');
}

const WAIT_MILLISECONDS = 500;

/** Acquires the lock, waiting for it if asked to; false if the wait was interrupted. */
async function isOurs(
  storage: TrialDirectory,
  isPatient: boolean,
  interruption: Interruption,
  notice: (line: string) => void,
): Promise<boolean> {
  let awaited: string | undefined;
  for (;;) {
    try {
      storage.acquire();
      return true;
    } catch (error) {
      if (!isPatient || !(error instanceof LockError)) throw error;
      if (error.holder !== awaited) notice(`waiting for ${error.holder}`);
      awaited = error.holder;
    }
    const reason = interruption.reason();
    if (reason !== undefined) {
      notice(`interrupted by ${reason} while waiting; run it again to continue`);
      return false;
    }
    await sleep(WAIT_MILLISECONDS);
  }
}

function outcomeLine(directory: string, outcome: Outcome, interruption: Interruption): string {
  const { state, step, bestLoss, seconds } = outcome;
  const facts = `step ${step}, best validation loss ${bestLoss}, ${showSeconds(seconds)} of training`;
  const text = {
    finished: `finished: ${facts}`,
    interrupted: `interrupted by ${interruption.reason() ?? 'its own criterion'}: ${facts}; run it again to continue`,
    diverged: `diverged: the training loss is no longer finite; ${facts}; the report is of the best parameters`,
  }[state];
  return `${directory}: ${text}\n`;
}

/** What the experiment's code did wrong, with the configuration and the line in the user's file. */
function explained(directory: string, error: unknown): unknown {
  if (!(error instanceof ExperimentError)) return error;
  const message = error.message.replace(/\s*\n\s*/g, ' ');
  return new UserError(`${directory}: ${placed(message, error.cause)}`, error.exitCode, { cause: error });
}

function outcomeJson(outcome: object): string {
  return `${stringify(outcome, 2)}\n`;
}
