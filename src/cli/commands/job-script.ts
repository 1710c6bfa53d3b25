// `alc job-script`: a script for other schedulers than Slurm.

import { resolve } from 'node:path';
import type { CAC } from 'cac';
import { loopScript } from '../../cluster/loopScript.ts';
import { checkLocation, notedModule } from '../location.ts';
import { print } from '../print.ts';

export function jobScript(cli: CAC): void {
  cli
    .command('job-script [module] <location>', 'Print a shell script that runs until all is done, for any scheduler')
    .usage('job-script [module] <location>')
    .option('--node <command>', 'How Node.js is called there; default: by the path that it has here')
    .action((first: string, second: string | undefined, { node }: { node?: string }) => {
      const location = second ?? first;
      checkLocation(location);
      const module = second === undefined ? notedModule(location) : first;
      const command = [node ?? process.execPath, resolve(process.argv[1] ?? 'alc'), 'run', '--wait', resolve(module)];
      print(loopScript(command, resolve(location)));
    });
}
