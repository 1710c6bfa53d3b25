// What `alc evaluate` tells, as it comes in: curves, parallel coordinates, and a table with the best first.

import { curves } from '../curves.ts';
import { h } from '../dom.ts';
import { showCount, showLoss, showPath, showValue } from '../format.ts';
import { bestLossOf, type Laboratory, type Trial } from '../laboratory.ts';
import { parallel } from '../parallel.ts';
import { stateText } from '../trialText.ts';
import { frame, type Section } from './section.ts';

interface Column {
  readonly title: string;
  readonly text: (trial: Trial) => string;
  /** What it is sorted by. */
  readonly value: (trial: Trial) => number | string;
  readonly isNumeric?: boolean;
}

export function compare(laboratory: Laboratory): Section {
  const lines = curves(laboratory);
  const axes = parallel(laboratory);
  const table = h('div.scroll', { tabindex: 0, role: 'region', 'aria-label': 'Table of configurations' });
  let order = { column: 'best loss', descending: false };
  let shown = '';
  const sort = (column: string): void => {
    order = { column, descending: order.column === column && !order.descending };
    laboratory.changed();
  };
  const body = h(
    'div',
    {},
    h(
      'figure',
      {},
      h('figcaption', {}, 'Learning curves', h('span.small', {}, 'validation loss; choose a curve with a click')),
      lines.element,
    ),
    h(
      'figure',
      {},
      h('figcaption', {}, 'Parallel coordinates', h('span.small', {}, 'the stronger the line, the smaller the loss')),
      axes.element,
    ),
    table,
  );
  const element = frame(
    'compare',
    '4',
    'Compare',
    'The best validation loss comes first. Whatever is still being trained is in it, too.',
    body,
  );
  return {
    element,
    interval: 250,
    update() {
      body.hidden = laboratory.trials.every(({ log }) => log.length === 0);
      if (body.hidden) return;
      lines.update();
      axes.update();
      const { trials, selected, best } = laboratory;
      const key = JSON.stringify([
        laboratory.set?.name,
        order,
        selected,
        trials.map((trial) => [stateText(trial), showLoss(bestLossOf(trial)), trial.step]),
      ]);
      if (key === shown) return;
      shown = key;
      const columns = columnsOf(laboratory, trials);
      const by = columns.find(({ title }) => title === order.column) ?? columns[1];
      const sign = order.descending ? -1 : 1;
      const sorted = trials.toSorted((a, b) => (by ? sign * compareValues(by.value(a), by.value(b)) : 0));
      const active = document.activeElement?.id;
      table.replaceChildren(
        tableOf(columns, sorted, order, { sort, selected, best, select: (index) => laboratory.select(index) }),
      );
      if (active?.startsWith('sort-') || active?.startsWith('row-')) document.getElementById(active)?.focus();
    },
  };
}

function compareValues(a: number | string, b: number | string): number {
  return typeof a === 'number' && typeof b === 'number'
    ? a === b
      ? 0
      : a < b
        ? -1
        : 1
    : String(a) < String(b)
      ? -1
      : 1;
}

function columnsOf({ description }: Laboratory, trials: readonly Trial[]): Column[] {
  const varying = (description?.fields ?? []).filter(
    ({ path }) => new Set(trials.map(({ facts }) => facts.pars[path])).size > 1,
  );
  return [
    { title: 'configuration', text: ({ facts }) => `#${facts.index}`, value: ({ facts }) => facts.index },
    { title: 'best loss', text: (trial) => showLoss(bestLossOf(trial)), value: bestLossOf, isNumeric: true },
    ...varying.map(({ path }): Column => {
      const source = ({ facts }: Trial): string => facts.pars[path] ?? '';
      const number = (trial: Trial): number => Number(source(trial));
      const isNumeric = trials.every((trial) => Number.isFinite(number(trial)));
      return {
        title: showPath(path),
        text: (trial) => showValue(source(trial)),
        value: isNumeric ? number : source,
        isNumeric,
      };
    }),
    { title: 'step', text: ({ step }) => showCount(step), value: ({ step }) => step, isNumeric: true },
    { title: 'state', text: stateText, value: stateText },
    {
      title: 'SHA-256',
      text: ({ facts }) => facts.sha256?.slice(0, 12) ?? '',
      value: ({ facts }) => facts.sha256 ?? '',
    },
  ];
}

interface Actions {
  readonly sort: (column: string) => void;
  readonly select: (index: number) => void;
  readonly selected: number | undefined;
  readonly best: Trial | undefined;
}

function tableOf(
  columns: readonly Column[],
  trials: readonly Trial[],
  order: { readonly column: string; readonly descending: boolean },
  { sort, select, selected, best }: Actions,
): HTMLElement {
  const heads = columns.map(({ title, isNumeric }) => {
    const direction = title !== order.column ? 'none' : order.descending ? 'descending' : 'ascending';
    const button = h('button', { type: 'button', id: `sort-${title}`, onclick: () => sort(title) }, title);
    return h('th', { scope: 'col', 'aria-sort': direction, class: isNumeric ? 'number' : undefined }, button);
  });
  const rows = trials.map((trial) => {
    const { index } = trial.facts;
    const cells = columns.map((column, i) => {
      const text = column.text(trial);
      if (i > 0)
        return h(
          'td',
          { class: column.isNumeric ? 'number' : undefined },
          column.title === 'SHA-256' ? h('code', {}, text) : text,
        );
      return h(
        'th',
        { scope: 'row' },
        h('button', { type: 'button', id: `row-${index}`, onclick: () => select(index) }, text),
      );
    });
    const classes = [index === selected && 'selected', trial === best && 'best'].filter(Boolean).join(' ');
    return h('tr', { class: classes }, ...cells);
  });
  return h('table', {}, h('thead', {}, h('tr', {}, ...heads)), h('tbody', {}, ...rows));
}
