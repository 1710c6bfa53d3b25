// `alc cancel`: takes configurations out of Slurm's queue, or ends their jobs; what is running saves.

import { basename, dirname, resolve } from 'node:path';
import type { CAC } from 'cac';
import { slurm } from '../../cluster/slurm/commands.ts';
import { isConfiguration } from '../../storage/configuration.node.ts';
import { checkLocation } from '../location.ts';
import { print, tell } from '../print.ts';
import { entriesAt } from '../slurm.ts';

/** Words on one command line. */
const AT_ONCE = 1000;

export function cancel(cli: CAC): void {
  cli
    .command('cancel <location>', 'Cancel the jobs of a location, or of one configuration; they can be submitted again')
    .usage('cancel <location>  or  alc cancel <location>/<i>')
    .action(async (place: string) => {
      checkLocation(place);
      const isOne = isConfiguration(place);
      const entries = await entriesAt(isOne ? dirname(resolve(place)) : place);
      const wanted = [...entries].filter(([index]) => !isOne || index === Number(basename(resolve(place))));
      const jobs = [...new Set(wanted.map(([, { id }]) => id))];
      if (jobs.length === 0)
        return tell(`${place}: nothing to cancel: none of it is queued or running; see alc status`);
      for (let i = 0; i < jobs.length; i += AT_ONCE) await slurm('scancel', jobs.slice(i, i + AT_ONCE));
      print(`${place}: cancelled ${jobs.length} ${jobs.length === 1 ? 'task' : 'tasks'}\n`);
    });
}
