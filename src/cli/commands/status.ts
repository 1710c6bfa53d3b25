// `alc status`: how the configurations of a location stand.

import { basename, resolve } from 'node:path';
import type { CAC } from 'cac';
import { columns } from '../../analysis/columns.ts';
import { type Status, states } from '../../cluster/status.ts';
import { UserError } from '../../errors.ts';
import { stringify } from '../../storage/json.ts';
import { checkLocation, counted } from '../location.ts';
import { showLoss } from '../outcome.ts';
import { print } from '../print.ts';
import { standings } from '../slurm.ts';

/** Of what is well, and of what there may be thousands, the number is enough. */
const quiet: readonly string[] = ['finished', 'new'];

/** Reasons for which Slurm lets wait what will run; all others concern the user. */
const ordinary = ['None', 'Priority', 'Resources', 'JobArrayTaskLimit', 'BeginTime', 'Dependency'];

export function status(cli: CAC): void {
  cli
    .command('status <location>', 'Show how configurations stand: on disk, in the queue, running where')
    .option('--all', 'Show every configuration, those that are finished or have not begun included')
    .option('--json', 'Print all of it as JSON')
    .action(async (location: string, { all, json }: { all?: boolean; json?: boolean }) => {
      checkLocation(location);
      const found = await standings(location);
      if (found.length === 0) {
        throw new UserError(`${location}: there are no configurations; make some with alc create <module> ${location}`);
      }
      if (json) return print(`${stringify({ location, configurations: found }, 2)}\n`);
      const counts = states.flatMap((state) => {
        const count = found.filter((status) => status.state === state).length;
        return count > 0 ? [`${count} ${state}`] : [];
      });
      print(`${basename(resolve(location))}: ${counted(found.length)}: ${counts.join(', ')}\n`);
      const shown = found.filter(
        ({ state, restarts }) => all || (!quiet.includes(state) && (state !== 'queued' || restarts)),
      );
      const problems = found.filter(({ state, reason = 'None' }) => state === 'queued' && !ordinary.includes(reason));
      const rows = [...new Set([...shown, ...problems])].sort((a, b) => a.index - b.index).map(rowOf);
      if (rows.length > 0) print(`${columns([titles, ...rows], 4).join('\n')}\n`);
    });
}

const titles = ['configuration', 'step', 'best validation loss', 'restarts', 'state', 'job', 'where', 'reason'];

function rowOf({ directory, step, bestLoss, restarts, state, job, where, reason }: Status): string[] {
  const loss = bestLoss === null ? '' : showLoss(bestLoss);
  return [directory, `${step ?? ''}`, loss, `${restarts ?? ''}`, state, job ?? '', where ?? '', reason ?? ''];
}
