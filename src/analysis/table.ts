// Trials as tables for other programs: columns of one type each, and a value or nothing in every row.

import type { StoredTrial } from '../storage/trials.node.ts';
import type { Info } from '../trainable.ts';
import { fieldsOf, type Value, varyingPars } from './fields.ts';

/** A trial with the whole of its log, read when it is asked for. */
export interface LoggedTrial extends StoredTrial {
  readonly readLog: () => readonly Info[];
}

/** Null where a row has no value. Integers are safe ones; other numbers may be NaN or infinite. */
export type Column = { readonly name: string } & (
  | { readonly type: 'integer' | 'number'; readonly values: readonly (number | null)[] }
  | { readonly type: 'boolean'; readonly values: readonly (boolean | null)[] }
  | { readonly type: 'text'; readonly values: readonly (string | null)[] }
);

export interface Table {
  readonly rows: number;
  readonly columns: readonly Column[];
}

/** Integers by what they mean; of others, a result of 2 would make an integer of a column that is none. */
const INTEGERS: ReadonlySet<string> = new Set(['index', 'step', 'seed']);

/** A row for each trial: all that is known of it by dotted keys, as `fieldsOf` has them. */
export function wideTable(trials: readonly StoredTrial[]): Table {
  const table = new GrowingTable();
  for (const trial of trials) table.add(fieldsOf(trial));
  return table.table();
}

/**
 * A row for each line of each log: `index` and `seed` of the trial, those parameters that differ between trials, and the
 * line by its own keys. A key of the log that is called as one of the first two is `log.index`, `log.seed`.
 */
export function longTable(trials: readonly LoggedTrial[]): Table {
  const fields = trials.map(fieldsOf);
  const kept = ['index', 'seed', ...varyingPars(fields)];
  const table = new GrowingTable();
  for (const [i, trial] of trials.entries()) {
    const ofTrial = kept.map((key) => [key, fields[i]?.get(key) ?? null] as const);
    for (const info of trial.readLog()) {
      table.add([...ofTrial, ...Object.entries(info).map(([key, value]) => [nameInLog(key), value] as const)]);
    }
  }
  return table.table();
}

function nameInLog(key: string): string {
  return key === 'index' || key === 'seed' ? `log.${key}` : key;
}

/** Kept by columns, which takes a tenth of the memory of rows. */
class GrowingTable {
  readonly #columns = new Map<string, Value[]>();
  #rows = 0;

  add(row: Iterable<readonly [key: string, value: Value]>): void {
    for (const [key, value] of row) {
      const column = this.#columns.get(key) ?? [];
      if (column.length === 0) this.#columns.set(key, column);
      this.#fill(column);
      column.push(value);
    }
    this.#rows++;
  }

  /** The columns in the order in which they came up. */
  table(): Table {
    for (const column of this.#columns.values()) this.#fill(column);
    return { rows: this.#rows, columns: Array.from(this.#columns, ([name, values]) => columnOf(name, values)) };
  }

  #fill(column: Value[]): void {
    while (column.length < this.#rows) column.push(null);
  }
}

function columnOf(name: string, values: readonly Value[]): Column {
  if (isColumnOf('number', values)) {
    const isWhole = INTEGERS.has(name) && values.every((value) => value === null || Number.isSafeInteger(value));
    return { name, type: isWhole ? 'integer' : 'number', values };
  }
  if (isColumnOf('boolean', values)) return { name, type: 'boolean', values };
  return { name, type: 'text', values: values.map((value) => (value === null ? null : String(value))) };
}

function isColumnOf(type: 'number', values: readonly Value[]): values is readonly (number | null)[];
function isColumnOf(type: 'boolean', values: readonly Value[]): values is readonly (boolean | null)[];
function isColumnOf(type: string, values: readonly Value[]): boolean {
  return values.every((value) => value === null || typeof value === type);
}
