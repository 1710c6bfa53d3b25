// `alc show`: one configuration: what it is, how it went, what came of it.

import { basename, dirname, resolve } from 'node:path';
import type { CAC } from 'cac';
import { fieldsOf, isOf } from '../../analysis/fields.ts';
import { type Status, statusOf } from '../../cluster/status.ts';
import { quote, UserError } from '../../errors.ts';
import { stringify } from '../../storage/json.ts';
import { readConfigurationText, readTrialLog, type StoredTrial, storedTrial } from '../../storage/trials.node.ts';
import type { Info } from '../../trainable.ts';
import { checkConfiguration } from '../location.ts';
import { print } from '../print.ts';
import { entriesOrNone } from '../slurm.ts';
import { outputWidth } from '../terminal.ts';
import { trialText } from '../trial-text.ts';

const MOST_COLUMNS = 100;
const USUALLY_PLOTTED = 'valLoss,trainLoss';

export function show(cli: CAC): void {
  cli
    .command('show <configuration>', 'Show one: parameters, learning curve, report, lineage, provenance')
    .usage('show <location>/<i>')
    .option('--plot <keys>', 'What of the log to draw, e.g. valAccuracy', { default: USUALLY_PLOTTED })
    .option('--json', 'Print all of it as JSON, the whole log included')
    .action(async (directory: string, options: { readonly plot: string; readonly json?: boolean }) => {
      checkConfiguration(directory);
      const index = Number(basename(resolve(directory)));
      const trial = storedTrial(directory, index);
      const entries = await entriesOrNone(dirname(resolve(directory)));
      const status = statusOf(trial, entries.get(index));
      const log = trial.info ? readTrialLog(directory) : [];
      if (options.json) return print(`${stringify(everything(trial, status, log), 2)}\n`);
      const cfg = readConfigurationText(directory);
      const width = Math.min(outputWidth() ?? MOST_COLUMNS, MOST_COLUMNS);
      print(trialText({ trial, status, log, cfg, plotted: plottedKeys(options.plot, log), width }));
    });
}

/** Those that are drawn usually need not be there. */
function plottedKeys(given: string, log: readonly Info[]): string[] {
  const keys = given.split(',').map((key) => key.trim());
  if (given === USUALLY_PLOTTED || log.length === 0) return keys;
  const known = new Set(log.flatMap((info) => Object.keys(info)));
  const unknown = keys.find((key) => !known.has(key));
  if (unknown === undefined) return keys;
  throw new UserError(`--plot: there is no '${quote(unknown)}' in the log; known are ${[...known].join(', ')}`);
}

function everything(trial: StoredTrial, status: Status, log: readonly Info[]): object {
  const { seed = null, info = null, report = null, run = null } = trial;
  const pars = [...fieldsOf(trial)].filter(([key]) => isOf('pars', key));
  return { ...status, seed, ...Object.fromEntries(pars), info, report, run, log };
}
