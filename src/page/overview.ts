// What one wants to know first: what is best and by how much, how many there are and how they stand; and what they
// were made with.

import { append, h, replace } from './dom.ts';
import { duration, exact, grouped, plural } from './numbers.ts';
import { median } from './scatter.ts';
import type { Actions, Part, State } from './state.ts';
import type { Row, Trials } from './trials.ts';

export function overview(trials: Trials, { change, open }: Actions): Part {
  const figures = h('div', { class: 'figures' });
  const element = h('section', { id: 'overview', 'aria-label': 'Overview' }, figures, states(trials, change));

  function update(state: State): void {
    const { result, ranking, view } = state;
    const value = (row: number | undefined): number => result.values[row ?? -1] ?? Number.NaN;
    const finite = ranking.filter((row) => Number.isFinite(value(row)));
    const [best, second] = finite;
    const seconds = trials.column('seconds');
    const total = [...(seconds?.values ?? [])].filter(Number.isFinite).reduce((sum, value) => sum + value, 0);
    const button = h('button', { type: 'button', class: 'link', onclick: () => best !== undefined && open(best) });
    append(button, [best === undefined ? 'none' : `Configuration ${trials.indices[best]}`]);
    replace(
      figures,
      figure(
        `${view.larger ? 'largest' : 'smallest'} ${result.label}`,
        best === undefined ? '–' : exact(value(best)),
        best !== undefined && button,
      ),
      figure(
        'second',
        second === undefined ? '–' : exact(value(second)),
        second !== undefined && `Configuration ${trials.indices[second]}`,
      ),
      figure(
        'median',
        finite.length === 0 ? '–' : exact(median(finite.map(value))),
        `of ${plural(finite.length, 'result')}`,
      ),
      figure('configurations', grouped(trials.count), seconds && `${duration(total)} of training`),
    );
  }

  return { element, update };
}

function figure(label: string, value: Node | string, below: Node | string | false | undefined): HTMLElement {
  return h(
    'div',
    { class: 'figure' },
    h('span', { class: 'label' }, label),
    h('span', { class: 'value' }, value),
    h('span', { class: 'below' }, below),
  );
}

/** A bar of how they stand; each stretch filters. */
function states({ states, rows }: Trials, change: Actions['change']): HTMLElement {
  const counts = states.categories.map(
    (state, i) => [state, rows.filter((row) => states.values[row] === i).length] as const,
  );
  const stretches = counts.map(([state, count]) => {
    const stretch = h('span', { class: `stretch ${state.replace(' ', '-')}` });
    stretch.style.flexGrow = String(count);
    return stretch;
  });
  const names = counts.map(([state, count]) =>
    h(
      'button',
      { type: 'button', class: 'link', onclick: () => change({ filter: `state == '${state}'` }) },
      h('span', { class: `dot ${state.replace(' ', '-')}`, 'aria-hidden': 'true' }),
      `${grouped(count)} ${state}`,
    ),
  );
  return h(
    'div',
    { class: 'states' },
    h('div', { class: 'bar', 'aria-hidden': 'true' }, ...stretches),
    h('p', {}, ...names),
  );
}

/** Why what has failed has failed. */
export function failures(trials: Trials, { open }: Actions): HTMLElement | undefined {
  const failed = trials.contents.details.filter(({ problem }) => problem !== undefined);
  if (failed.length === 0) return undefined;
  const reasons = new Map<string, Row[]>();
  for (const { row, problem = '' } of failed) reasons.set(problem, [...(reasons.get(problem) ?? []), row]);
  const MOST = 30;
  const item = (reason: string, rows: readonly Row[]): HTMLElement =>
    h(
      'li',
      {},
      h('pre', { class: 'problem' }, reason),
      h(
        'p',
        { class: 'note' },
        `${plural(rows.length, 'configuration')}: `,
        ...rows
          .slice(0, MOST)
          .map((row) =>
            h('button', { type: 'button', class: 'link', onclick: () => open(row) }, String(trials.indices[row])),
          ),
        rows.length > MOST && '…',
      ),
    );
  return h(
    'section',
    { id: 'failures' },
    h('h2', {}, 'Failures ', h('span', { class: 'faint' }, grouped(failed.length))),
    h('ul', { class: 'plain' }, ...[...reasons].map(([reason, found]) => item(reason, found))),
  );
}

export function provenance({ contents }: Trials): HTMLElement {
  const { experiment, location, made, alchemie, notes } = contents;
  const rows: [string, string][] = [
    ['location', location],
    ...(experiment
      ? ([
          ['module', experiment.module],
          ['seed', String(experiment.seed)],
        ] satisfies [string, string][])
      : []),
    ...contents.common.map(([key, value]): [string, string] => [key, String(value)]),
    ...contents.provenance.map(({ key, values }): [string, string] => [
      key,
      values.map(([value, count]) => (values.length === 1 ? value : `${value} (${count})`)).join(', '),
    ]),
    ['report', `Alchemie ${alchemie}, ${made}`],
  ];
  return h(
    'section',
    { id: 'provenance' },
    h('h2', {}, 'Provenance'),
    h('dl', { class: 'facts wide' }, ...rows.flatMap(([key, value]) => [h('dt', {}, key), h('dd', {}, value)])),
    ...notes.map((note) => h('p', { class: 'note' }, note)),
  );
}
