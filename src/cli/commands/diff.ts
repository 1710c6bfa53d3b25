// `alc diff`: what differs between two configurations, side by side, and nothing else.

import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import type { CAC } from 'cac';
import { columns } from '../../analysis/columns.ts';
import { type Difference, trialDifferences } from '../../analysis/difference.ts';
import { lineDifferences } from '../../analysis/lineDifferences.ts';
import { showValue } from '../../analysis/resultTable.ts';
import { UserError } from '../../errors.ts';
import { stringify } from '../../storage/json.ts';
import { type StoredTrial, storedTrial } from '../../storage/trials.node.ts';
import { checkConfiguration, notedModule } from '../location.ts';
import { print } from '../print.ts';
import { moduleFiles } from '../provenance.ts';

export function diff(cli: CAC): void {
  cli
    .command('diff <a> <b>', 'Show what differs between two configurations: parameters, module, versions, results')
    .usage('diff <location>/<i> <location>/<j>')
    .option('--json', 'Print it as JSON')
    .action((directoryA: string, directoryB: string, { json }: { readonly json?: boolean }) => {
      const differences = trialDifferences(trialIn(directoryA), trialIn(directoryB));
      if (json) return print(`${stringify({ a: directoryA, b: directoryB, ...forJson(differences) }, 2)}\n`);
      const sections = Object.entries(differences).filter(([, found]) => found.length > 0);
      if (sections.length === 0) return print('no differences\n');
      print(`${table(directoryA, directoryB, sections)}${sourceText(differences.module, directoryA, directoryB)}`);
    });
}

function trialIn(directory: string): StoredTrial {
  checkConfiguration(directory);
  return storedTrial(directory, Number(basename(resolve(directory))));
}

function forJson(differences: object): object {
  const pairs = (found: readonly Difference[]): object =>
    Object.fromEntries(found.map(({ key, a = null, b = null }) => [key, [a, b]]));
  return Object.fromEntries(Object.entries(differences).map(([title, found]) => [title, pairs(found)]));
}

/** One table, so that all values stand below each other. */
function table(a: string, b: string, sections: readonly (readonly [string, readonly Difference[]])[]): string {
  const rows = sections.flatMap(([title, found]) => [
    [title],
    ...[...listsOf(found)].flatMap(([list, items]) => [
      ...items
        .slice(0, MOST_ITEMS)
        .map((item) => [`  ${item.key}`, cell(item.a), cell(item.b), title === 'results' ? change(item) : '']),
      ...(items.length > MOST_ITEMS ? [[`  and ${items.length - MOST_ITEMS} more of ${list}`]] : []),
    ]),
  ]);
  return `${columns([['', a, b, ''], ...rows], 0).join('\n')}\n`;
}

/** Of a list that differs; `--json` has them all. */
const MOST_ITEMS = 8;

/** Differences of one list together: `report.confusion` of `report.confusion[0][1]`. Others are alone. */
function listsOf(found: readonly Difference[]): Map<string, Difference[]> {
  const lists = new Map<string, Difference[]>();
  for (const difference of found) {
    const [list] = difference.key.split(/\[\d/, 1);
    const items = lists.get(list ?? difference.key);
    if (items) items.push(difference);
    else lists.set(list ?? difference.key, [difference]);
  }
  return lists;
}

/** Hashes are told apart by their beginning. */
function cell(value: Difference['a']): string {
  if (typeof value === 'string' && /^[\da-f]{40,64}$/.test(value)) return value.slice(0, 12);
  return typeof value === 'number' ? String(value) : showValue(value);
}

function change({ a, b }: Difference): string {
  if (typeof a !== 'number' || typeof b !== 'number' || !Number.isFinite(b - a)) return '';
  return `${b > a ? '+' : ''}${Number((b - a).toPrecision(3))}`;
}

/** Of files that both have, their lines, if both texts still lie where they were. */
function sourceText(files: readonly Difference[], a: string, b: string): string {
  return files
    .flatMap(({ key, a: hashA, b: hashB }) => {
      if (hashA === undefined || hashB === undefined) return [];
      const [textA, textB] = [sourceAtHand(a, key, hashA), sourceAtHand(b, key, hashB)];
      const lost = [textA === undefined ? a : '', textB === undefined ? b : ''].filter((directory) => directory !== '');
      if (textA === undefined || textB === undefined)
        return [`\n${key}: the text that ${lost.join(' and ')} had is not at hand\n`];
      return [`\n${key}\n${lineDifferences(textA, textB).join('\n')}\n`];
    })
    .join('');
}

/** The text of a file of the module of a configuration, if it is still the one that was run. */
function sourceAtHand(directory: string, name: string, hash: unknown): string | undefined {
  const module = moduleOf(directory);
  if (module === undefined || moduleFiles(module)[name] !== hash) return undefined;
  return readFileSync(join(dirname(module), name), 'utf8');
}

function moduleOf(directory: string): string | undefined {
  try {
    const module = notedModule(directory);
    return existsSync(module) ? module : undefined;
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}
