// Which parameters mattered: bars, as computed when the report was made.

import { h, replace, select } from './dom.ts';
import { exact } from './numbers.ts';
import type { Actions, Part, State } from './state.ts';
import type { Trials } from './trials.ts';

const methods = [
  ['fanova', 'fANOVA: of the variance'],
  ['pedAnova', 'PED-ANOVA: to be among the best'],
] as const;

export function importance(trials: Trials, { change }: Actions): Part {
  const list = h('ol', { class: 'bars' });
  const notes = h('div', {});
  let by: (typeof methods)[number][0] = 'fanova';
  let state: State | undefined;
  const method = select('Method', methods, (chosen) => {
    by = chosen === 'pedAnova' ? chosen : 'fanova';
    draw();
  });
  const element = h(
    'section',
    { id: 'importance' },
    h('h2', {}, 'Importance'),
    h('div', { class: 'controls' }, method.element),
    list,
    notes,
  );

  function draw(): void {
    const { key = '', label = '' } = state?.result ?? {};
    const found = trials.contents.importance.find(({ result }) => result === key);
    const shares = (found?.shares ?? []).map((share) => ({ key: share.key, part: share[by] }));
    const largest = shares.reduce((most, { part }) => Math.max(most, part), 0) || 1;
    replace(list, ...shares.sort((a, b) => b.part - a.part).map(({ key, part }) => row(key, part, largest)));
    const lines = found?.notes ?? [`Not computed for ${label}: alc importance --by ${key} tells it.`];
    replace(notes, ...lines.map((line) => h('p', { class: 'note' }, line)));
  }

  function row(key: string, part: number, largest: number): HTMLElement {
    const bar = h('span', { class: 'bar' });
    bar.style.width = `${Math.max(0.5, (100 * part) / largest)}%`;
    const label = trials.column(key)?.label ?? key;
    const show = (): void => change({ scatterX: key });
    return h(
      'li',
      {},
      h('button', { type: 'button', class: 'link', title: `Show ${label} in the scatter plot`, onclick: show }, label),
      h('span', { class: 'track' }, bar),
      exact(part),
    );
  }

  return {
    element,
    update: (next) => {
      state = next;
      method.set(by);
      draw();
    },
  };
}
