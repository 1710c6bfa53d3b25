// `alc run`: trains one configuration, or continues it; or all unfinished ones of a location.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { CAC } from 'cac';
import { coreBytes } from '#wasm';
import { loadConfiguration } from '../../storage/configuration.node.ts';
import { stringify } from '../../storage/json.ts';
import { endState } from '../../storage/summary.node.ts';
import { TrialDirectory } from '../../storage/trial.node.ts';
import { type Outcome, runTrial } from '../../trial.ts';
import { parseDuration, showSeconds } from '../duration.ts';
import { type Interruption, listen } from '../interruption.ts';
import { checkLocation, notedModule } from '../location.ts';
import { loadExperiment } from '../module.ts';
import { runPool } from '../pool.ts';
import { sha256Hex } from '../provenance.ts';
import { RunRecord } from '../record.ts';
import { INTERRUPTED, type RunOptions } from '../run-options.ts';
import { packageVersion } from '../version.ts';

export function run(cli: CAC): void {
  cli
    .command('run <module> [location]', 'Train a configuration, or all unfinished ones of a location')
    .usage('run [module] <location>/<i>  or  alc run [module] <location>')
    .option('--jobs <k>', 'How many configurations at a time; default: one per core')
    .option('--data <folder>', 'Where the experiment finds its data')
    .option('--time-limit <duration>', 'Save and come back after this time, e.g. 55m')
    .option('--checkpoint-every <duration>', 'Time between checkpoints; default: so that they cost under 3 %')
    .option('--accept-changed', 'Continue although the configuration or the module has changed')
    .option('--print-program', 'Print what is computed, one line per instruction, and exit')
    .option('--json', 'Print the outcome as JSON')
    .action(async (first: string, second: string | undefined, options: RunOptions) => {
      // `alc run <location>`: the module was noted by create.
      const directory = second ?? first;
      checkLocation(directory);
      const module = second === undefined ? notedModule(directory) : first;
      const isOne = existsSync(join(directory, 'cfg.mjs'));
      process.exitCode = isOne ? await runOne(module, directory, options) : await runPool(module, directory, options);
    });
}

async function runOne(module: string, directory: string, options: RunOptions): Promise<number> {
  const limit = options.timeLimit === undefined ? undefined : parseDuration('--time-limit', String(options.timeLimit));
  const every =
    options.checkpointEvery === undefined
      ? undefined
      : parseDuration('--checkpoint-every', String(options.checkpointEvery));
  const notice = (line: string): void => {
    process.stderr.write(`${directory}: ${line}\n`);
  };
  const interruption = listen(limit, (signal) => notice(`${signal}: saving; once more to leave at once`));
  const experiment = await loadExperiment(module);
  const { pars, seed } = await loadConfiguration(directory);
  const context = { seed, notice, ...(options.data !== undefined && { dataDirectory: options.data }) };

  if (options.printProgram) {
    const data = await experiment.loadData(pars, context);
    const trainer = await experiment.newTrainer(pars, data, context);
    process.stdout.write(`${trainer.program ?? 'this trainer does not say what it computes'}\n`);
    return 0;
  }

  const storage = new TrialDirectory(directory);
  const last = storage.readReport('last');
  if (last !== undefined) {
    const state = endState(directory);
    notice(`nothing to do: the run has ${state}; report-last.json has its result`);
    return state === 'diverged' ? 1 : 0;
  }

  const record = new RunRecord(storage, storage.readRun(), module);
  const begun = record.begin();
  try {
    const outcome = await runTrial({
      experiment,
      pars,
      storage,
      context,
      alchemie: packageVersion(),
      wasm: sha256Hex(coreBytes()),
      hash: sha256Hex,
      isInterrupted: () => interruption.reason() !== undefined,
      acceptChanged: options.acceptChanged ?? false,
      secondsBefore: record.secondsBefore,
      ...(every !== undefined && { checkpointMilliseconds: every }),
    });
    await begun;
    await record.end(outcome);
    process.stdout.write(options.json ? outcomeJson(directory, outcome) : outcomeLine(directory, outcome, interruption));
    return { finished: 0, interrupted: INTERRUPTED, diverged: 1 }[outcome.state];
  } catch (error) {
    await begun;
    await record.fail(error);
    throw error;
  } finally {
    storage.close();
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

function outcomeJson(directory: string, { report, ...outcome }: Outcome): string {
  return `${stringify({ directory, ...outcome, report }, 2)}\n`;
}
