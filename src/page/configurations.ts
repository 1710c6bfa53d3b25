// Configurations shown whole, side by side: parameters, results, curve, report, and how they were run.

import type { Json } from '../storage/json.ts';
import { curveKeys } from './curves.ts';
import { h, replace, svg } from './dom.ts';
import { exact, grouped } from './numbers.ts';
import { gridOf, picture } from './pictures.ts';
import { scaleOver } from './scale.ts';
import type { Actions, Part, State } from './state.ts';
import { type Column, numberOf, type Row, type Trials } from './trials.ts';

export function configurations(trials: Trials, { change }: Actions): Part {
  const list = h('div', { class: 'configurations' });
  const title = h('h2', {}, 'Shown whole');
  const hint = h(
    'p',
    { class: 'note' },
    'A click on a row, a curve or a point shows a configuration; with Shift, beside the others.',
  );
  const element = h('section', { id: 'configurations' }, title, hint, list);
  let drawn: State | undefined;

  function update(state: State): void {
    const { view } = state;
    const isSame = drawn?.palette === state.palette && drawn.result === state.result && drawn.ranking === state.ranking;
    if (isSame && drawn?.view.show === view.show && drawn.view.along === view.along && drawn.view.logY === view.logY)
      return;
    drawn = state;
    const rows = view.show.flatMap((index) => trials.rowOf(index) ?? []);
    replace(list, ...rows.map((row) => article(state, row, rows)));
  }

  function article(state: State, row: Row, beside: readonly Row[]): HTMLElement {
    const { ranking, view, result } = state;
    const index = trials.indices[row] ?? 0;
    const rank = ranking.indexOf(row);
    const step = (by: number): HTMLElement => {
      const to = ranking[rank + by];
      const name = by < 0 ? 'Next better' : 'Next worse';
      const go = (): void => {
        if (to === undefined) return;
        change({ show: view.show.map((shown) => (shown === index ? (trials.indices[to] ?? shown) : shown)) });
      };
      return h(
        'button',
        { type: 'button', disabled: to === undefined, title: name, 'aria-label': name, onclick: go },
        by < 0 ? '‹' : '›',
      );
    };
    const close = (): void => change({ show: view.show.filter((shown) => shown !== index) });
    const problem = trials.detail(row)?.problem;
    return h(
      'article',
      { 'aria-label': `Configuration ${index}` },
      h(
        'header',
        {},
        h('h3', {}, `Configuration ${index}`),
        h('span', { class: `state ${trials.states.text(row).replace(' ', '-')}` }, trials.states.text(row)),
        h(
          'span',
          { class: 'buttons' },
          step(-1),
          step(1),
          h('button', { type: 'button', title: 'Close', 'aria-label': 'Close', onclick: close }, '×'),
        ),
      ),
      h(
        'p',
        { class: 'headline' },
        cell(result, row),
        ' ',
        h('span', { class: 'faint' }, `${result.label}, ${grouped(rank + 1)} of ${grouped(ranking.length)}`),
      ),
      problem !== undefined && h('pre', { class: 'problem' }, problem),
      h(
        'div',
        { class: 'parts' },
        miniature(state, row),
        part('Parameters', listOf(trials.pars, row, beside)),
        part(
          'Results',
          listOf(
            trials.results.filter(({ key }) => !/^report[.[]/.test(key)),
            row,
            beside,
          ),
        ),
        report(state, row),
        part(
          'Run',
          listOf(
            trials.columns.filter(({ kind, key }) => kind === 'fact' && key !== 'index' && key !== 'state'),
            row,
            beside,
          ),
        ),
      ),
      record(row),
    );
  }

  /** What differs from the others beside it stands out. */
  function listOf(columns: readonly Column[], row: Row, beside: readonly Row[]): HTMLElement | undefined {
    const present = columns.filter((column) => beside.some((other) => !column.isMissing(other)));
    if (present.length === 0) return undefined;
    return h(
      'dl',
      { class: 'facts' },
      ...present.flatMap((column) => {
        const differs = beside.some((other) => column.text(other) !== column.text(row));
        return [h('dt', {}, column.label), h('dd', { class: differs ? 'differs' : undefined }, cell(column, row))];
      }),
    );
  }

  function report({ palette }: State, row: Row): HTMLElement | undefined {
    const value = trials.detail(row)?.report;
    if (value === undefined) return undefined;
    return part('Report', shown(value, 'report', palette));
  }

  function record(row: Row): HTMLElement | undefined {
    const run = trials.detail(row)?.run;
    if (run === undefined) return undefined;
    return h('details', {}, h('summary', {}, 'Provenance'), h('pre', {}, JSON.stringify(run, undefined, 2)));
  }

  function miniature({ palette, view }: State, row: Row): HTMLElement | undefined {
    const curve = trials.curve(row);
    if (!curve) return undefined;
    const numbers = (key: string) => (curve.series[key] ?? []).map((value) => numberOf(value) ?? Number.NaN);
    const keys = curveKeys(trials)
      .filter((key) => /loss/i.test(key) && key !== 'bestLoss')
      .slice(0, 4);
    const [along, series] = [numbers(view.along), keys.map(numbers)];
    const [x, y] = [scaleOver(along, view.logX), scaleOver(series.flat(), view.logY)];
    const [width, height] = [320, 90];
    const points = (values: readonly number[]): string =>
      along
        .flatMap((at, i) => {
          const [across, up] = [x.place(at), y.place(values[i] ?? Number.NaN)];
          return across === undefined || up === undefined
            ? []
            : [`${(across * width).toFixed(1)},${(2 + (1 - up) * (height - 4)).toFixed(1)}`];
        })
        .join(' ');
    const line = (values: readonly number[], i: number) =>
      svg('polyline', { points: points(values), fill: 'none', stroke: palette.categories[i], 'stroke-width': 1.5 });
    const name = (key: string, i: number): HTMLElement => {
      const element = h('span', {}, key);
      element.style.color = palette.categories[i] ?? '';
      return element;
    };
    if (keys.length === 0) return undefined;
    return h(
      'figure',
      { class: 'miniature' },
      svg(
        'svg',
        { viewBox: `0 0 ${width} ${height}`, role: 'img', 'aria-label': `${keys.join(' and ')} along ${view.along}` },
        ...series.map(line),
      ),
      h(
        'figcaption',
        {},
        ...keys.map(name),
        h('span', { class: 'faint' }, `${y.format(y.domain[0])} to ${y.format(y.domain[1])}`),
      ),
    );
  }

  function cell(column: Column, row: Row): HTMLElement {
    if (column.isMissing(row)) return h('span', { class: 'faint' }, '–');
    return column.isNumeric ? exact(column.values[row] ?? Number.NaN) : h('span', {}, column.text(row));
  }

  return { element, update };
}

function part(title: string, contents: HTMLElement | undefined): HTMLElement | undefined {
  return contents && h('div', { class: 'part' }, h('h4', {}, title), contents);
}

/** Any JSON: numbers and texts as they are, lists of numbers as pictures. */
export function shown(value: Json, label: string, palette: State['palette']): HTMLElement {
  const number = numberOf(value);
  if (number !== undefined) return exact(number);
  if (typeof value === 'string')
    return value.includes('\n') || value.length > 80 ? h('pre', {}, value) : h('span', {}, value);
  if (value === null || typeof value !== 'object') return h('span', {}, String(value));
  if (Array.isArray(value)) {
    const grid = gridOf(value);
    const drawn = grid && picture(grid, label, palette);
    if (drawn) return drawn;
    if (value.every((item) => typeof item !== 'object' || item === null)) return inLine(value);
    return h('ol', { start: 0 }, ...value.map((item, i) => h('li', {}, shown(item, `${label} ${i}`, palette))));
  }
  return h(
    'dl',
    { class: 'facts' },
    ...Object.entries(value).flatMap(([key, part]) => [h('dt', {}, key), h('dd', {}, shown(part, key, palette))]),
  );
}

function inLine(values: readonly Json[]): HTMLElement {
  const items = values.map((value) => {
    const number = numberOf(value);
    return number === undefined ? h('span', {}, String(value)) : exact(number);
  });
  return h('span', {}, ...items.flatMap((item, i) => (i === 0 ? [item] : [', ', item])));
}
