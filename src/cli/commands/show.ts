// `alc show`: one configuration: what it is, how it went, what came of it.

import { readFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import type { CAC } from 'cac';
import { fieldsOf, isOf } from '../../analysis/fields.ts';
import { type Status, statusOf } from '../../cluster/status.ts';
import { stringify } from '../../storage/json.ts';
import { readTrialLog, type StoredTrial, storedTrial } from '../../storage/trials.node.ts';
import type { Info } from '../../trainable.ts';
import { checkConfiguration } from '../location.ts';
import { print } from '../print.ts';
import { entriesOrNone } from '../slurm.ts';
import { outputWidth } from '../terminal.ts';
import { trialText } from '../trial-text.ts';

const MOST_COLUMNS = 100;

export function show(cli: CAC): void {
  cli
    .command('show <configuration>', 'Show one: parameters, learning curve, report, lineage, provenance')
    .usage('show <location>/<i>')
    .option('--plot <keys>', 'What of the log to draw, e.g. valAccuracy', { default: 'valLoss,trainLoss' })
    .option('--json', 'Print all of it as JSON, the whole log included')
    .action(async (directory: string, options: { readonly plot: string; readonly json?: boolean }) => {
      checkConfiguration(directory);
      const index = Number(basename(resolve(directory)));
      const trial = storedTrial(directory, index);
      const entries = await entriesOrNone(dirname(resolve(directory)));
      const status = statusOf(trial, entries.get(index));
      const log = trial.info ? readTrialLog(directory) : [];
      if (options.json) return print(`${stringify(everything(trial, status, log), 2)}\n`);
      const cfg = readFileSync(join(directory, 'cfg.mjs'), 'utf8');
      const width = Math.min(outputWidth() ?? MOST_COLUMNS, MOST_COLUMNS);
      print(trialText({ trial, status, log, cfg, plotted: options.plot.split(','), width }));
    });
}

function everything(trial: StoredTrial, status: Status, log: readonly Info[]): object {
  const { seed = null, info = null, report = null, run = null } = trial;
  const pars = [...fieldsOf(trial)].filter(([key]) => isOf('pars', key));
  return { ...status, seed, ...Object.fromEntries(pars), info, report, run, log };
}
