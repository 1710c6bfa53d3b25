// `alc evaluate`: which configuration is best, by what, among which.

import { join, normalize, resolve } from 'node:path';
import type { CAC } from 'cac';
import { encodeLines } from '../../analysis/exports/format.ts';
import { requireKey, varyingPars } from '../../analysis/fields.ts';
import { groupBy, groupsJson } from '../../analysis/groups.ts';
import { type Ranking, rank, resultJson, resultText } from '../../analysis/ranking.ts';
import { groupsTable, type ResultTable, rankingTable, tableCsv, tableText } from '../../analysis/resultTable.ts';
import type { Row } from '../../analysis/rows.ts';
import { UserError } from '../../errors.ts';
import { commit } from '../../storage/commit.node.ts';
import { stringify, stringifyInParts } from '../../storage/json.ts';
import { asNumber } from '../options.ts';
import { print } from '../print.ts';
import { type SelectionOptions, select, withSelectionOptions } from '../selection.ts';

interface Options extends SelectionOptions {
  readonly groupBy?: string;
  readonly top: string;
  readonly json?: boolean;
  readonly csv?: boolean;
}

export function evaluate(cli: CAC): void {
  withSelectionOptions(
    cli.command('evaluate <location>', 'Name the best configuration, and write result.txt and result.json'),
  )
    .option('--group-by <keys>', "Means over those that agree in these keys, or in all 'pars'")
    .option('--top <n>', 'How many to show', { default: '10' })
    .option('--json', 'Print all of it as JSON')
    .option('--csv', 'Print all of it as comma-separated values')
    .action(async (given: string, options: Options) => {
      const top = asNumber('--top', options.top);
      if (options.json && options.csv) {
        throw new UserError('alc evaluate: --json and --csv exclude each other; choose one');
      }
      const location = unambiguous(given);
      const { rows, chosen, ranking, keys } = await select(location, options, given);
      const pars = varyingParsOf(chosen);
      const by = options.groupBy && groupingKeys(options.groupBy, pars, keys);
      print(by ? groupedOutputOf(ranking, by, options, top) : outputOf(ranking, pars, options, top));
      // Afterwards: where nothing can be written, something can be said. It is of all, whatever was shown.
      const isAll = chosen.length === rows.length;
      write(location, isAll ? ranking : rank(rows, ranking.criterion), isAll ? pars : varyingParsOf(rows));
    });
}

function varyingParsOf(rows: readonly Row[]): string[] {
  return varyingPars(rows.map(({ fields }) => fields));
}

function outputOf(ranking: Ranking, pars: readonly string[], options: Options, top: number): string {
  if (options.json) return jsonText(resultJson(ranking, pars));
  return shown(rankingTable(ranking, pars), ranking, options, top);
}

function groupedOutputOf(ranking: Ranking, by: readonly string[], options: Options, top: number): string {
  const groups = groupBy(ranking, by);
  if (options.json) return jsonText(groupsJson(groups, by, ranking.criterion));
  return shown(groupsTable(groups, by, ranking.criterion), ranking, options, top);
}

function shown(table: ResultTable, ranking: Ranking, { csv }: Options, top: number): string {
  if (csv) return tableCsv(table);
  const [best] = ranking.ranked;
  return `${tableText(table, ranking, top)}${best ? `\n${resultText(best, ranking.criterion)}` : ''}`;
}

/** The keys to group by; `pars` stands for all parameters, so that seeds are taken together. */
function groupingKeys(given: string, pars: readonly string[], keys: ReadonlySet<string>): readonly string[] {
  return given === 'pars' ? pars : given.split(',').map((name) => requireKey('--group-by', name.trim(), keys));
}

function write(location: string, ranking: Ranking, pars: readonly string[]): void {
  const [best] = ranking.ranked;
  if (!best) return;
  commit(join(location, 'result.txt'), [new TextEncoder().encode(resultText(best, ranking.criterion))]);
  commit(join(location, 'result.json'), encodeLines(stringifyInParts(resultJson(ranking, pars), 2)));
}

function jsonText(value: unknown): string {
  return `${stringify(value, 2)}\n`;
}

/** As it was given if it leads downwards; else absolute, for `1` or `../1` in a file says nothing. */
function unambiguous(location: string): string {
  return /^\.{0,2}($|[/\\])/.test(normalize(location)) ? resolve(location) : location;
}
