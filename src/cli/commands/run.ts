// `alc run`: trains one configuration, or continues it; or many, all unfinished ones of a location by default.

import { join } from 'node:path';
import type { CAC } from 'cac';
import { UserError } from '../../errors.ts';
import { isConfiguration } from '../../storage/configuration.node.ts';
import { stringify } from '../../storage/json.ts';
import type { Trainable, Watch } from '../../trainable.ts';
import { prepare } from '../../trial.ts';
import { listen } from '../interruption.ts';
import { Live } from '../live.ts';
import { checkLocation, notedModule } from '../location.ts';
import { loadExperiment } from '../module.ts';
import { failureOf, outcomeText } from '../outcome.ts';
import { runPool } from '../pool.ts';
import { print, tell } from '../print.ts';
import { explained, loadForRun, loadModule, runConfiguration } from '../run-configuration.ts';
import { INTERRUPTED, planOf, type RunOptions, type RunPlan } from '../run-options.ts';

export function run(cli: CAC): void {
  cli
    .command('run [module] <location> [...more]', 'Train a configuration, or all unfinished ones of a location')
    .usage(
      'run [module] <location>/<i>  or  alc run [module] <location>  or  alc run [module] <location>/<i> <location>/<j> …',
    )
    .option('--jobs <k>', 'How many configurations at a time; default: one per core')
    .option('--retry <n>', 'How many times a configuration that has failed is run again; default: 0')
    .option('--fail-fast', 'At the first failure, save the others and come back')
    .option('--data <folder>', 'Where the experiment finds its data')
    .option('--time-limit <duration>', 'Save and come back after this time, e.g. 55m')
    .option('--checkpoint-every <duration>', 'Time between checkpoints; default: so that they cost under 3 %')
    .option('--accept-changed', 'Continue although the configuration or the module has changed')
    .option('--wait', 'If another process is running it, wait for it to end instead of ending with 5')
    .option('--print-program', 'Print what is computed, one line per operation, and exit')
    .option('--json', 'Print the outcome as JSON')
    .action(async (first: string, second: string | undefined, further: readonly string[], options: RunOptions) => {
      const others = second === undefined ? [] : [second, ...further];
      // `alc run <location>`: the module was noted by create.
      const isModuleGiven = others.length > 0 && !isConfiguration(first);
      const [directory = first, ...more] = isModuleGiven ? others : [first, ...others];
      for (const each of [directory, ...more]) checkLocation(each);
      const module = isModuleGiven ? first : notedModule(directory);
      const plan = planOf(options);
      if (!isConfiguration(directory) || more.length > 0) {
        if (options.printProgram) {
          throw new UserError(`--print-program: works on one configuration, e.g. ${join(directory, '1')}`);
        }
        process.exitCode = await runPool(module, [directory, ...more], plan);
      } else if (options.printProgram) {
        await printProgram(module, directory, plan);
      } else {
        process.exitCode = await runOne(module, directory, plan);
      }
    });
}

async function printProgram(module: string, directory: string, { settings }: RunPlan): Promise<void> {
  const experiment = await loadExperiment(module);
  const { pars, context } = await loadForRun(directory, settings, noticeOf(directory));
  const { trainer } = await prepare(experiment, pars, context).catch((error: unknown) => {
    throw explained(directory, error);
  });
  if (trainer.bytes !== undefined) tell(`${directory}: ${(trainer.bytes / 2 ** 20).toFixed(1)} MiB of memory`);
  print(`${trainer.program ?? 'this trainer does not say what it computes'}\n`);
}

async function runOne(module: string, directory: string, { limit, settings, json }: RunPlan): Promise<number> {
  const notice = noticeOf(directory);
  const interruption = listen(limit, (signal, isSecond) => {
    notice(isSecond ? `${signal}: leaving at once` : `${signal}: saving; once more to leave at once`);
  });
  const live = new Live(directory);
  const watch = (trainer: Trainable): Watch => live.watch(trainer);
  const run = await loadModule(module)
    .then((loaded) => runConfiguration({ module: loaded, directory, settings, interruption, notice, watch }))
    .catch((error: unknown) => {
      if (json && error instanceof UserError) print(`${stringify(failureOf(directory, error.message), 2)}\n`);
      throw error;
    })
    .finally(() => live.close());
  if ('waitedFor' in run) {
    notice(`interrupted by ${run.waitedFor} while waiting; run it again to continue`);
    return INTERRUPTED;
  }
  if ('stored' in run) {
    notice(`nothing to do: the run has ${run.stored.state}; report-last.json has its result`);
    if (json) print(`${stringify(run.stored, 2)}\n`);
    return run.stored.state === 'diverged' ? 1 : 0;
  }
  const { outcome } = run;
  const text = outcomeText(outcome, interruption.reason());
  const proof = outcome.state === 'finished' ? `\nSHA-256 of the state: ${outcome.sha256}` : '';
  print(`${json ? stringify({ directory, ...outcome }, 2) : `${directory}: ${text}${proof}`}\n`);
  return { finished: 0, interrupted: INTERRUPTED, diverged: 1 }[outcome.state];
}

function noticeOf(directory: string): (line: string) => void {
  return (line) => tell(`${directory}: ${line}`);
}
