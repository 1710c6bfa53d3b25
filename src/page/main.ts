// A report's page: reads what was written into it, and shows it.

import type { ReportContents } from '../analysis/report/contents.ts';
import { isUsuallyHighest } from '../analysis/report/direction.ts';
import { dark, light } from './colors.ts';
import { configurations } from './configurations.ts';
import { curveKeys, curves } from './curves.ts';
import { append, h, onPrint, replace, select, toggle } from './dom.ts';
import { inFrames } from './frames.ts';
import { importance } from './importance.ts';
import { grouped, plural } from './numbers.ts';
import { failures, overview, provenance } from './overview.ts';
import { parallel } from './parallel.ts';
import { scaleOver } from './scale.ts';
import { scatter } from './scatter.ts';
import { type Actions, type Part, type State, stateOf } from './state.ts';
import { table } from './table.ts';
import { numberOf, type Row, type Trials, trialsOf } from './trials.ts';
import { blank, fromHash, toHash, type View } from './view.ts';

/** The key of what configurations are compared by unless something else is chosen. */
function usualResult({ results }: Trials): string {
  return results.find(({ values }) => values.some(Number.isFinite))?.key ?? 'index';
}

/** What follows from the choice of a result alone. */
function defaultsFor(trials: Trials, result: string): View {
  const { pars, contents, column } = trials;
  const keys = curveKeys(trials);
  const curve = ['valLoss', 'trainLoss'].find((key) => keys.includes(key)) ?? keys[0] ?? '';
  const values = contents.curves
    .flatMap(({ series }) => series[curve] ?? [])
    .map((value) => numberOf(value) ?? Number.NaN);
  const important = contents.importance.find((found) => found.result === result)?.shares[0]?.key;
  const larger = isUsuallyHighest(result);
  const [best] = stateOf(trials, { ...blank, result, larger }, light).ranking;
  return {
    ...blank,
    result,
    larger,
    color: result,
    curve,
    along: ['step', 'epoch', 'seconds'].find((key) => keys.includes(key)) ?? '',
    logY: scaleOver(values).kind === 'logarithmic',
    scatterX: column(important ?? '')?.key ?? pars[0]?.key ?? 'index',
    scatterY: result,
    show: best === undefined ? [] : [trials.indices[best] ?? 0],
  };
}

function bar(trials: Trials, { change }: Actions): Part {
  const labelled = (columns: Trials['columns']) => columns.map(({ key, label }) => [key, label] as const);
  const result = select('Result', labelled(trials.results), (key) =>
    change({ result: key, color: key, larger: isUsuallyHighest(key), scatterY: key, sort: '' }),
  );
  const larger = toggle('larger is better', (larger) => change({ larger }));
  const color = select('Colour', labelled(trials.columns.filter(({ key }) => key !== 'index')), (color) =>
    change({ color }),
  );
  const filter = h('input', {
    type: 'search',
    placeholder: 'Filter: a word, or bestLoss < 0.1 && state == finished',
    'aria-label': 'Filter',
    spellcheck: 'false',
    oninput: () => change({ filter: filter.value }),
  });
  const problem = h('span', { class: 'error', role: 'alert' });
  const count = h('span', { class: 'count', role: 'status' });
  const clear = h('button', { type: 'button', onclick: () => change({ filter: '', brushes: new Map() }) }, 'Clear');
  const schemes = { auto: 'light', light: 'dark', dark: 'auto' } as const;
  let scheme: View['scheme'] = 'auto';
  const theme = h('button', { type: 'button', class: 'scheme', onclick: () => change({ scheme: schemes[scheme] }) });
  const element = h(
    'div',
    { class: 'bar', role: 'toolbar', 'aria-label': 'What is shown' },
    ...[result, larger, color].map(({ element }) => element),
    filter,
    problem,
    h('span', { class: 'selection' }, count, clear),
    theme,
  );
  return {
    element,
    update: ({ view, selected, filterError }) => {
      result.set(view.result);
      larger.set(view.larger);
      color.set(view.color);
      if (filter.value !== view.filter) filter.value = view.filter;
      problem.textContent = filterError ?? '';
      clear.hidden = view.filter === '' && view.brushes.size === 0;
      count.textContent = `${grouped(selected.length)} of ${plural(trials.count, 'configuration')}`;
      scheme = view.scheme;
      replace(theme, { auto: '◐', light: '☀', dark: '☾' }[scheme]);
      theme.setAttribute('aria-label', `Colour scheme: ${scheme}`);
      theme.setAttribute('title', `Colour scheme: ${scheme}`);
    },
  };
}

function start(contents: ReportContents): void {
  const trials = trialsOf(contents);
  const usual = usualResult(trials);
  let defaults = defaultsFor(trials, usual);
  const defaultsOf = (result: string): View => {
    if (defaults.result !== result) defaults = defaultsFor(trials, result);
    return defaults;
  };
  const prefersDark = matchMedia('(prefers-color-scheme: dark)');
  let view = fromHash(location.hash, usual, defaultsOf);
  let highlighted: Row | undefined;
  let isPrinting = false;
  let isDue = false;

  function draw(): void {
    isDue = false;
    const isDark = !isPrinting && (view.scheme === 'dark' || (view.scheme === 'auto' && prefersDark.matches));
    document.documentElement.dataset.scheme = isDark ? 'dark' : 'light';
    const state = stateOf(trials, view, isDark ? dark : light);
    if (isPrinting) frames.giveNow(state);
    else frames.give(state);
  }

  /** Once for all changes of a frame. */
  function redraw(): void {
    if (!isDue) requestAnimationFrame(draw);
    isDue = true;
    main.ariaBusy = 'true';
  }

  const actions: Actions = {
    change: (changes) => {
      view = { ...view, ...changes };
      const hash = toHash(view, usual, defaultsOf(view.result));
      history.replaceState(null, '', hash === '' ? location.pathname + location.search : `#${hash}`);
      redraw();
    },
    highlight: (row) => {
      if (row === highlighted) return;
      highlighted = row;
      for (const part of parts) part.highlight?.(row);
    },
    open: (row, add = false) => {
      const index = trials.indices[row] ?? 0;
      const others = add ? view.show.filter((shown) => shown !== index) : [];
      actions.change({ show: [...others, index] });
      if (!add) shown.configurations.element.scrollIntoView({ behavior: 'smooth' });
    },
  };

  const heading = h(
    'header',
    {},
    h('p', { class: 'overline' }, contents.experiment?.module ?? contents.location),
    h('h1', {}, contents.title),
  );
  // In the order in which they are brought up to date: those that are changed by hand first.
  const shown = {
    bar: bar(trials, actions),
    overview: overview(trials, actions),
    parallel: parallel(trials, actions),
    table: table(trials, actions),
    curves: curves(trials, actions),
    scatter: scatter(trials, actions),
    importance: importance(trials, actions),
    configurations: configurations(trials, actions),
  };
  const parts: readonly Part[] = Object.values(shown);
  const pair = h('div', { class: 'pair' }, shown.scatter.element, shown.importance.element);
  const main = h('main', {}, heading);
  const frames = inFrames<State>(parts, (isBusy) => {
    main.ariaBusy = String(isBusy);
  });
  append(
    main,
    [shown.overview, shown.bar, shown.curves, shown.parallel].map(({ element }) => element),
  );
  append(main, [pair, shown.table.element, shown.configurations.element]);
  append(main, [failures(trials, actions), provenance(trials)]);
  document.body.prepend(main);
  draw();
  prefersDark.addEventListener('change', redraw);
  addEventListener('hashchange', () => {
    view = fromHash(location.hash, usual, defaultsOf);
    redraw();
  });
  onPrint((begins) => {
    isPrinting = begins;
    draw();
  });
}

start(JSON.parse(document.getElementById('contents')?.textContent ?? ''));
