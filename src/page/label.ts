// How a configuration is named wherever it shows up.

import { h } from './dom.ts';
import { exact } from './numbers.ts';
import type { State } from './state.ts';
import type { Row } from './trials.ts';

/** Its number, its result and its parameters, for a tooltip. */
export function summaryOf({ trials, result }: State, row: Row, ...extra: readonly HTMLElement[]): HTMLElement {
  const pars = trials.pars.filter(({ isMissing }) => !isMissing(row)).slice(0, 8);
  return h(
    'div',
    {},
    h('strong', {}, `Configuration ${trials.indices[row]}`),
    ...extra,
    h(
      'dl',
      {},
      ...[result, ...pars].flatMap((column) => [
        h('dt', {}, column.label),
        h('dd', {}, column.isNumeric ? exact(column.values[row] ?? Number.NaN) : column.text(row) || '–'),
      ]),
    ),
  );
}
