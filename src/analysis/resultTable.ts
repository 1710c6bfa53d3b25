// Rankings as tables: aligned text for people, comma-separated values for programs.

import { printable } from '../printable.ts';
import { showNumber } from '../reports/showNumber.ts';
import { columns as aligned } from './columns.ts';
import { csvLine } from './csv.ts';
import { parameterName, type Value } from './fields.ts';
import type { Group } from './groups.ts';
import { type Criterion, nameOf, type Ranking, reasonsOf, validationLoss } from './ranking.ts';

interface Column {
  /** In the first line of comma-separated values. */
  readonly key: string;
  /** Above the column of a text. */
  readonly title: string;
  readonly show: (value: Value | undefined) => string;
}

export interface ResultTable {
  readonly columns: readonly Column[];
  /** How many columns stand to the right. */
  readonly toRight: number;
  readonly rows: readonly (readonly (Value | undefined)[])[];
}

/** A row for each configuration, with the parameters `pars`. */
export function rankingTable({ criterion, ranked }: Ranking, pars: readonly string[]): ResultTable {
  const by = criterion.key === validationLoss.key ? [] : [number(criterion.key)];
  const columns = [
    ...by,
    number('bestLoss', 'validation loss'),
    other('step'),
    other('state'),
    other('directory', 'configuration'),
    ...pars.map((key) => other(key, parameterName(key))),
  ];
  const rows = ranked.map(({ fields }) => columns.map(({ key }) => fields.get(key)));
  return { columns, toRight: by.length + 2, rows };
}

/** A row for each group, with the keys in which its members agree. */
export function groupsTable(groups: readonly Group[], keys: readonly string[], criterion: Criterion): ResultTable {
  const columns = [
    number('mean', `mean ${nameOf(criterion)}`),
    number('spread'),
    other('count'),
    number('best'),
    other('directory', 'in'),
    ...keys.map((key) => other(key, parameterName(key))),
  ];
  const rows = groups.map(({ mean, spread, members, values }) => {
    const [{ value, trial }] = members;
    return [mean, spread, members.length, value, trial.directory, ...values];
  });
  return { columns, toRight: 4, rows };
}

/** The first `top` rows, and lines on configurations without result. */
export function tableText({ columns, toRight, rows }: ResultTable, ranking: Ranking, top: number): string {
  const titles = columns.map(({ title }) => showValue(title));
  const cells = rows.slice(0, top).map((row) => columns.map(({ show }, i) => show(row[i])));
  const more = rows.length > top ? [`… and ${rows.length - top} more`] : [];
  return `${[...aligned([titles, ...cells], toRight), ...more, ...withoutResultLines(ranking)].join('\n')}\n`;
}

/** All rows, after one with the keys. */
export function tableCsv({ columns, rows }: ResultTable): string {
  return [columns.map(({ key }) => key), ...rows].map(csvLine).join('');
}

/** Of results: six digits of a number. */
function number(key: string, title = key): Column {
  return { key, title, show: (value) => (typeof value === 'number' ? showNumber(value) : '') };
}

/** Of all else: as it stands in a cfg.mjs. */
function other(key: string, title = key): Column {
  return { key, title, show: showValue };
}

const MOST_CHARACTERS = 60;

/** In a cell of a table: as it stands in a cfg.mjs, on one line. */
export function showValue(value: Value | undefined): string {
  if (value === undefined || value === null) return '';
  const text = String(value).replaceAll('\n', ' ');
  return printable(text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS - 1)}…` : text);
}

const SHOWN = 20;

function withoutResultLines({ withoutResult, criterion }: Ranking): string[] {
  return [...reasonsOf(withoutResult, criterion)].map(([reason, members]) => {
    const shown = members.slice(0, SHOWN).map(({ trial }) => trial.index);
    const more = members.length > shown.length ? ' …' : '';
    return `${reason}: ${shown.join(', ')}${more} (${members.length})`;
  });
}
