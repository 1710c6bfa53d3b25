// Which configurations a command is about, and what makes one better than another: `--by`, `--highest`, `--where`.

import type { Command } from 'cac';
import { parseCondition } from '../analysis/condition.ts';
import { keysOf, requireKey } from '../analysis/fields.ts';
import { type Criterion, noResultText, type Ranking, rank, validationLoss } from '../analysis/ranking.ts';
import { type Row, RowMaker } from '../analysis/rows.ts';
import { UserError } from '../errors.ts';
import { storedTrials } from '../storage/trials.node.ts';
import { checkLocation, noConfigurations } from './location.ts';
import { tell } from './print.ts';

export interface SelectionOptions {
  readonly by?: string;
  readonly highest?: boolean;
  readonly where?: string;
}

export interface Selection {
  /** All of the location. */
  readonly rows: readonly Row[];
  /** Those that were asked for, at least one of them with a result. */
  readonly ranking: Ranking;
  readonly chosen: readonly Row[];
  /** The keys of all fields. */
  readonly keys: ReadonlySet<string>;
}

export function withSelectionOptions(command: Command): Command {
  return command
    .option('--by <key>', 'Rank by a number of the log or the report, e.g. report.testLoss')
    .option('--highest', 'More is better, as for an accuracy')
    .option('--where <condition>', "Look at some only, e.g. 'optimizer.name==adam && valLoss<0.1'");
}

/** @param name of the location in errors */
export async function select(location: string, options: SelectionOptions, name = location): Promise<Selection> {
  checkLocation(name);
  const rows = await rowsOf(location);
  if (rows.length === 0) {
    throw noConfigurations(name);
  }
  const keys = keysOf(rows.map(({ fields }) => fields));
  const criterion = criterionOf(options, keys);
  const chosen = options.where === undefined ? rows : meeting(options.where, rows, keys);
  const ranking = rank(chosen, criterion);
  if (ranking.ranked.length === 0) throw new UserError(`${name}: ${noResultText(ranking)}`);
  return { rows, ranking, chosen, keys };
}

async function rowsOf(location: string): Promise<Row[]> {
  const rows: Row[] = [];
  const maker = new RowMaker();
  for await (const trial of storedTrials(location)) {
    if (trial.damage !== undefined) tell(trial.damage);
    rows.push(maker.rowOf(trial));
  }
  return rows;
}

function criterionOf({ by, highest }: SelectionOptions, keys: ReadonlySet<string>): Criterion {
  if (by === undefined && !highest) return validationLoss;
  return { key: by === undefined ? validationLoss.key : requireKey('--by', by, keys), highest: highest ?? false };
}

function meeting(where: string, rows: readonly Row[], keys: ReadonlySet<string>): Row[] {
  const condition = parseCondition(where, keys, '--where');
  const found = rows.filter(({ fields }) => condition(fields));
  if (found.length > 0) return found;
  throw new UserError(`--where: holds for none of ${rows.length} configurations, got '${where}'`);
}
