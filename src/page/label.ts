// How a configuration is named wherever it shows up.

import { h } from './dom.ts';
import { exact, plural } from './numbers.ts';
import type { State } from './state.ts';
import type { Column, Row } from './trials.ts';

const MOST_COLUMNS = 9;

/** Its number, its result and its parameters, for a tooltip. */
export function summaryOf({ trials, result }: State, row: Row, ...extra: readonly HTMLElement[]): HTMLElement {
  const pars = trials.pars.filter(({ isMissing }) => !isMissing(row));
  return summary(`Configuration ${trials.indices[row]}`, [result, ...pars], row, extra);
}

/** How many there are and in what they agree, for a tooltip. */
export function summaryOfGroup(
  by: readonly Column[],
  rows: readonly Row[],
  ...extra: readonly HTMLElement[]
): HTMLElement {
  const [first = 0] = rows;
  const present = by.filter(({ isMissing }) => !isMissing(first));
  return summary(plural(rows.length, 'configuration'), present, first, extra);
}

/** The exact number, or the text. */
export function shown(column: Column, row: Row): Node | string {
  return column.isNumeric ? exact(column.values[row] ?? Number.NaN) : column.text(row) || '–';
}

function summary(title: string, columns: readonly Column[], row: Row, extra: readonly HTMLElement[]): HTMLElement {
  return h(
    'div',
    {},
    h('strong', {}, title),
    ...extra,
    h(
      'dl',
      {},
      ...columns
        .slice(0, MOST_COLUMNS)
        .flatMap((column) => [h('dt', {}, column.label), h('dd', {}, shown(column, row))]),
    ),
  );
}
