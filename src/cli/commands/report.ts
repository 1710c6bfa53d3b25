// `alc report`: all of a location in one page.

import { spawn } from 'node:child_process';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { CAC } from 'cac';
import { commit } from '../../storage/commit.node.ts';
import { stringify } from '../../storage/json.ts';
import { packageVersion } from '../installation.ts';
import { checkLocation, readNote } from '../location.ts';
import { print, tell } from '../print.ts';

export function report(cli: CAC): void {
  cli
    .command('report <location>', 'Write everything that is known of a location into one page')
    .option('--to <file>', 'Where to write it (default: <location>/report.html)')
    .option('--open', 'Show it in the browser')
    .option('--json', 'Print the path as JSON')
    .action(async (location: string, options: { to?: string; open?: boolean; json?: boolean }) => {
      checkLocation(location);
      // Only here: the other commands need none of it.
      const [{ gatherReport }, { reportDocument }, page] = await Promise.all([
        import('../../analysis/report/gather.node.ts'),
        import('../../analysis/report/document.node.ts'),
        import('#page'),
      ]);
      const contents = await gatherReport(location, {
        experiment: readNote(location) ?? null,
        alchemie: packageVersion(),
        made: new Date().toISOString(),
      });
      const path = options.to ?? join(location, 'report.html');
      commit(path, [new TextEncoder().encode(reportDocument(contents, page))]);
      print(
        options.json
          ? `${stringify({ path, configurations: contents.columns[0]?.values.length ?? 0 }, 2)}\n`
          : `${path}\n`,
      );
      if (options.open) open(pathToFileURL(resolve(path)).href);
    });
}

/** With whatever the system opens pages with; where there is nothing, the path has been told. */
function open(url: string): void {
  const [command, ...args] =
    process.platform === 'darwin'
      ? ['open', url]
      : process.platform === 'win32'
        ? ['explorer', url]
        : ['xdg-open', url];
  if (command === undefined) return;
  const child = spawn(command, args, { stdio: 'ignore', detached: true });
  child.on('error', () => tell(`report: there is no ${command} to open it with; open ${url} in a browser`));
  child.unref();
}
