// `alc evaluate`: which configuration is best.

import { join, normalize, resolve } from 'node:path';
import type { CAC } from 'cac';
import { noResultText, rank, resultText, tableText } from '../../analysis/ranking.ts';
import { UserError } from '../../errors.ts';
import { commit } from '../../storage/commit.node.ts';
import { stringify } from '../../storage/json.ts';
import { type Summary, summaries } from '../../storage/summary.node.ts';
import { checkLocation } from '../location.ts';
import { asNumber } from '../options.ts';
import { print, tell } from '../print.ts';

export function evaluate(cli: CAC): void {
  cli
    .command('evaluate <location>', 'Name the best configuration, and write result.txt and result.json')
    .option('--top <n>', 'How many configurations to show', { default: '10' })
    .option('--json', 'Print the result as JSON')
    .action(async (given: string, options: { top: string; json?: boolean }) => {
      const top = asNumber('--top', options.top);
      checkLocation(given);
      const location = unambiguous(given);
      const found: Summary[] = [];
      for await (const summary of summaries(location)) {
        if (summary.damage !== undefined) tell(summary.damage);
        found.push(summary);
      }
      if (found.length === 0) {
        throw new UserError(`${given}: there are no configurations; make some with alc create <module> ${given}`);
      }
      const ranking = rank(found);
      const [best] = ranking.ranked;
      if (!best) throw new UserError(`${given}: ${noResultText(ranking)}`);
      const text = resultText(best);
      const json = `${stringify({ best, ...ranking }, 2)}\n`;
      print(options.json ? json : `${tableText(ranking, top)}\n${text}`);
      // Afterwards: where nothing can be written, something can be said.
      const encoder = new TextEncoder();
      commit(join(location, 'result.txt'), [encoder.encode(text)]);
      commit(join(location, 'result.json'), [encoder.encode(json)]);
    });
}

/** As it was given if it leads downwards; else absolute, for `1` or `../1` in a file says nothing. */
function unambiguous(location: string): string {
  return /^\.{0,2}($|[/\\])/.test(normalize(location)) ? resolve(location) : location;
}
