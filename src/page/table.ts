// The table: a row for each selected configuration, or for each group of those that agree in parameters.

import { h, replace } from './dom.ts';
import { type GridColumn, type GridContents, grid } from './grid.ts';
import { agreeing, groupBy } from './groupBy.ts';
import { type Group, groupsOf } from './groups.ts';
import { exact, grouped } from './numbers.ts';
import type { Actions, Part, State } from './state.ts';
import type { Column, Row, Trials } from './trials.ts';

/** What a group says of its results; keys are none of a column. */
const measures: readonly (readonly [key: string, label: string, value: (group: Group) => number])[] = [
  ['#count', 'configurations', ({ rows }) => rows.length],
  ['#mean', 'mean', ({ mean }) => mean],
  ['#spread', 'standard deviation', ({ spread }) => spread],
  ['#smallest', 'smallest', ({ smallest }) => smallest],
  ['#largest', 'largest', ({ largest }) => largest],
];

/** Sampled for the width of a column. */
const SAMPLED = 200;

export function table(trials: Trials, actions: Actions): Part {
  const { change, highlight, open } = actions;
  /** The configuration at each place; of a group its best. */
  let rows: readonly Row[] = [];
  let state: State | undefined;
  const view = grid({
    sort: (sort, descending) => change({ sort, descending }),
    open: (place, add) => {
      const row = rows[place];
      if (row !== undefined) open(row, add);
    },
    hover: (place) => highlight(place === undefined ? undefined : rows[place]),
  });
  const group = groupBy(trials, actions);
  const save = h('button', { type: 'button', onclick: () => state && download(state) }, 'Save as CSV');
  const title = h('h2', {});
  const widths = new Map(trials.columns.map((column) => [column.key, widthOf(column)]));
  const element = h(
    'section',
    { id: 'table' },
    title,
    h('div', { class: 'controls' }, group.element, save),
    view.element,
  );

  function update(next: State): void {
    state = next;
    group.set(next.view.group);
    const [name, contents] =
      next.view.group === '' ? (['Configurations', single(next)] as const) : (['Groups', together(next)] as const);
    replace(title, name, ' ', h('span', { class: 'faint' }, grouped(contents.count)));
    view.show(contents);
  }

  function single(state: State): GridContents {
    const { result, selected, view, color } = state;
    const columns = columnsFor(state);
    const sorting = trials.column(view.sort);
    rows = sorting ? sortedBy(selected, sorting, view.descending) : selected;
    return {
      label: 'Configurations',
      columns: columns.map((column) => header(column, widths.get(column.key) ?? 10)),
      count: rows.length,
      cells: (place) => {
        const row = rows[place] ?? 0;
        return columns.map((column) =>
          column.key === 'index'
            ? h('span', { class: 'index' }, dot(color(row)), column.text(row))
            : cellOf(column, row),
        );
      },
      isMarked: (place) => view.show.includes(trials.indices[rows[place] ?? -1] ?? -1),
      sort: sorting ? view.sort : result.key,
      descending: sorting ? view.descending : view.larger,
    };
  }

  function together(state: State): GridContents {
    const { result, selected, view, color } = state;
    const by = agreeing(trials, view);
    const groups = groupsOf(selected, by, result);
    const measure = measures.find(([key]) => key === view.sort) ?? measures[1];
    const sorting = by.find(({ key }) => key === view.sort);
    const isDescending = view.sort === '' ? view.larger : view.descending;
    const sortedFor = (group: Group): number =>
      (sorting ? sorting.values[group.rows[0] ?? -1] : measure?.[2](group)) ?? Number.NaN;
    const sorted = groups.sort((a, b) => inOrder(sortedFor(a), sortedFor(b), isDescending));
    rows = sorted.map(({ rows }) => rows[0] ?? 0);
    return {
      label: 'Groups of configurations',
      columns: [
        ...by.map((column) => header(column, widths.get(column.key) ?? 10)),
        ...measures.map(([key, label]) => ({ key, label, isNumeric: true, width: Math.max(14, label.length + 4) })),
      ],
      count: sorted.length,
      cells: (place) => {
        const group = sorted[place];
        if (!group) return [];
        const [first = 0] = group.rows;
        const facts = by.map((column, i) =>
          i === 0 ? h('span', { class: 'index' }, dot(color(first)), cellOf(column, first)) : cellOf(column, first),
        );
        return [...facts, ...measures.map(([, , value]) => number(value(group)))];
      },
      isMarked: () => false,
      sort: sorting?.key ?? measure?.[0] ?? '',
      descending: isDescending,
    };
  }

  function columnsFor({ result }: State): Column[] {
    const first = [trials.column('index'), result].filter((column) => column !== undefined);
    const others = trials.columns.filter((column) => !first.includes(column));
    return [...first, ...['par', 'result', 'fact'].flatMap((kind) => others.filter((column) => column.kind === kind))];
  }

  function download(state: State): void {
    const columns = columnsFor(state);
    const lines = [
      columns.map(({ key }) => key),
      ...state.selected.map((row) => columns.map((column) => column.text(row))),
    ];
    const text = lines.map((line) => line.map(quoted).join(',')).join('\r\n');
    const url = URL.createObjectURL(new Blob([`${text}\r\n`], { type: 'text/csv' }));
    h('a', { href: url, download: `${trials.contents.title}.csv` }).click();
    URL.revokeObjectURL(url);
  }

  return {
    element,
    update,
    highlight: (row) => view.highlight(row === undefined ? undefined : rows.indexOf(row)),
  };
}

function header({ key, label, isNumeric }: Column, width: number): GridColumn {
  return { key, label, isNumeric, width };
}

function widthOf(column: Column): number {
  const longest = Array.from({ length: Math.min(SAMPLED, column.values.length) }, (_, row) =>
    column.isNumeric ? 9 : column.text(row).length,
  ).reduce((a, b) => Math.max(a, b), 4);
  return Math.min(28, Math.max(longest, column.label.length + 2)) + 4;
}

function cellOf(column: Column, row: Row): Node | string {
  if (column.isMissing(row)) return h('span', { class: 'faint' }, '–');
  return column.isNumeric
    ? exact(column.values[row] ?? Number.NaN)
    : h('span', { title: column.text(row) }, column.text(row));
}

function number(value: number): Node | string {
  return Number.isFinite(value) ? exact(value) : h('span', { class: 'faint' }, '–');
}

function dot(color: string): HTMLElement {
  const element = h('span', { class: 'dot', 'aria-hidden': 'true' });
  element.style.backgroundColor = color;
  return element;
}

/** What has no value stands last, whichever way round. */
function inOrder(a: number, b: number, isDescending: boolean): number {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
  return a === b ? 0 : (a < b ? -1 : 1) * (isDescending ? -1 : 1);
}

function sortedBy(rows: readonly Row[], { values }: Column, isDescending: boolean): Row[] {
  return [...rows].sort((a, b) => inOrder(values[a] ?? Number.NaN, values[b] ?? Number.NaN, isDescending));
}

/** As RFC 4180 has it; a text that a spreadsheet would compute gets an apostrophe before it. */
function quoted(text: string): string {
  const inert = /^[=+@\t]|^-(?![\d.]|Infinity$)/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert;
}
