// The search space: which values may be drawn, how many configurations, and from which seed.

import type { Field } from '../../worker/messages.ts';
import { h, setText } from '../dom.ts';
import { showPath, showValue } from '../format.ts';
import type { Laboratory } from '../laboratory.ts';
import { type Link, MOST_CONFIGURATIONS } from '../link.ts';
import { frame, type Section } from './section.ts';

export function space(laboratory: Laboratory): Section {
  const list = h('div.fields');
  const amount = h('input', { type: 'number', id: 'amount', min: 1, max: MOST_CONFIGURATIONS, inputmode: 'numeric' });
  const seed = h('input', { type: 'number', id: 'seed', min: 0, step: 1, inputmode: 'numeric' });
  const button = h('button.primary', { type: 'submit' }, 'Create');
  const link = h('button.quiet', { type: 'button', onclick: () => void copyLink() }, 'Copy link');
  const reset = h('button.quiet', { type: 'button', onclick: () => change({}) }, 'Reset the space');

  const follow = (change: Partial<Link['choice']>): void => {
    const { choice, amount } = laboratory.link;
    void laboratory.follow({ choice: { ...choice, ...change }, amount });
  };
  const change = (space: Readonly<Record<string, string>>): void => follow({ space });
  const copyLink = async (): Promise<void> => {
    await navigator.clipboard.writeText(location.href);
    link.textContent = 'Copied';
    setTimeout(() => setText(link, 'Copy link'), 1500);
  };
  amount.addEventListener('change', () => {
    const wanted = Math.min(Math.max(Math.round(amount.valueAsNumber) || 1, 1), MOST_CONFIGURATIONS);
    laboratory.link = { ...laboratory.link, amount: wanted };
    laboratory.changed();
  });
  seed.addEventListener('change', () => {
    if (Number.isSafeInteger(seed.valueAsNumber) && seed.valueAsNumber >= 0) follow({ seed: seed.valueAsNumber });
    else laboratory.changed();
  });
  const submit = (event: Event): void => {
    event.preventDefault();
    void laboratory.create();
  };
  const form = h(
    'form.create',
    { onsubmit: submit },
    h('div.field', {}, h('label', { for: 'amount' }, 'Configurations'), amount),
    h('div.field', {}, h('label', { for: 'seed' }, 'Seed'), seed),
    button,
    h('span.links', {}, link, reset),
  );
  let shown: unknown;
  return {
    element: frame(
      'space',
      '2',
      'Set the search space',
      'Values are drawn from what is marked. The same seed and space give the same configurations, everywhere.',
      list,
      form,
    ),
    update() {
      const { choice, amount: wanted } = laboratory.link;
      if (document.activeElement !== amount) amount.value = `${wanted}`;
      if (document.activeElement !== seed) seed.value = `${choice.seed}`;
      const count = laboratory.trials.length;
      setText(button, count > 0 ? `Create ${wanted} more` : `Create ${wanted}`);
      button.disabled = laboratory.set === undefined || laboratory.description?.missing !== undefined;
      reset.hidden = Object.keys(choice.space).length === 0;
      const key = JSON.stringify([choice.experiment, choice.space, laboratory.description?.fields]);
      if (shown === key) return;
      shown = key;
      const active = document.activeElement?.id;
      list.replaceChildren(...(laboratory.description?.fields ?? []).map((field) => row(field, choice.space, change)));
      if (active) document.getElementById(active)?.focus();
    },
  };
}

function row(
  field: Field,
  space: Readonly<Record<string, string>>,
  change: (space: Record<string, string>) => void,
): HTMLElement {
  const set = (source: string, isDefault: boolean): void => {
    const { [field.path]: _, ...others } = space;
    change(isDefault ? others : { ...others, [field.path]: source });
  };
  const control = field.kind === 'choice' ? chips(field, space[field.path], set) : range(field, space[field.path], set);
  return h(
    'div.row',
    { role: 'group', 'aria-label': showPath(field.path) },
    h('span.name', {}, showPath(field.path)),
    control,
  );
}

type Set = (source: string, isDefault: boolean) => void;

/** Options that can be marked, the module's and those of a link. */
function chips(
  { path, options }: Field & { readonly kind: 'choice' },
  source: string | undefined,
  set: Set,
): HTMLElement {
  const marked = source === undefined ? options : itemsOf(source);
  const all = [...options, ...marked.filter((option) => !options.includes(option))];
  const toggle = (option: string): void => {
    const next = all.filter((each) => marked.includes(each) !== (each === option));
    // Of nothing nothing can be drawn.
    if (next.length > 0) set(`[${next.join(', ')}]`, next.join() === options.join());
  };
  const chip = (option: string): HTMLElement =>
    h(
      'button.chip',
      {
        type: 'button',
        id: `chip-${path}-${option}`,
        'aria-pressed': `${marked.includes(option)}`,
        onclick: () => toggle(option),
      },
      showValue(option),
    );
  return h('div.chips', {}, ...all.map(chip));
}

/** The items of a list's source: numbers and quoted words. */
function itemsOf(source: string): string[] {
  return source
    .replace(/^\[|\]$/g, '')
    .split(',')
    .map((item) => item.trim())
    .filter(Boolean);
}

function range(field: Field & { readonly kind: 'range' }, source: string | undefined, set: Set): HTMLElement {
  const [low = field.low, high = field.high] = source === undefined ? [] : itemsOf(source).map(Number);
  const bound = (label: string, value: number, name: string): HTMLInputElement =>
    h('input', {
      type: 'number',
      step: 'any',
      value,
      id: `${name}-${field.path}`,
      'aria-label': `${showPath(field.path)}, ${label}`,
    });
  const [from, to] = [bound('from', low, 'from'), bound('to', high, 'to')];
  const read = (): void => {
    const [low, high] = [from.valueAsNumber, to.valueAsNumber];
    const isRange = Number.isFinite(low) && Number.isFinite(high) && low <= high && (!field.isLog || low > 0);
    for (const input of [from, to]) input.setAttribute('aria-invalid', `${!isRange}`);
    if (isRange) set(`[${low}, ${high}]`, low === field.low && high === field.high);
  };
  for (const input of [from, to]) input.addEventListener('change', read);
  return h(
    'div.range',
    {},
    from,
    h('span.small', {}, 'to'),
    to,
    field.isLog ? h('span.small', {}, 'logarithmic') : null,
  );
}
