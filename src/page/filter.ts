// What a reader filters by: a condition as for `alc evaluate --where`, or words that stand anywhere in a row.

import { parseCondition } from '../analysis/condition.ts';
import type { Fields } from '../analysis/fields.ts';
import { UserError } from '../errors.ts';
import type { Row, Trials } from './trials.ts';

export interface Filter {
  readonly passes: (row: Row) => boolean;
  readonly error?: string;
}

const SIGNS = /[=<>!&|()]/;

export function filterOf(text: string, trials: Trials): Filter {
  if (text.trim() === '') return { passes: () => true };
  const keys = new Set(trials.columns.map(({ key }) => key));
  try {
    const meets = parseCondition(text, keys, 'filter');
    return { passes: (row) => meets(fieldsOf(trials, row)) };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    // What is no condition, and does not look like one, is looked for as it is.
    if (SIGNS.test(text)) return { passes: () => true, error: error.message };
    return { passes: containing(text.trim().toLowerCase(), trials) };
  }
}

const remembered = new WeakMap<Trials, Map<Row, Fields>>();

/** What the files say of a configuration, as conditions read it. */
function fieldsOf(trials: Trials, row: Row): Fields {
  const known = remembered.get(trials) ?? new Map<Row, Fields>();
  remembered.set(trials, known);
  const fields = known.get(row) ?? new Map(trials.columns.map((column) => [column.key, column.value(row)]));
  known.set(row, fields);
  return fields;
}

function containing(words: string, { columns }: Trials): (row: Row) => boolean {
  return (row) => columns.some((column) => column.text(row).toLowerCase().includes(words));
}
