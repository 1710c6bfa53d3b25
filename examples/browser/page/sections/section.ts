// A part of the page: its element, and what is done when something has changed.

import { h } from '../dom.ts';

export interface Section {
  readonly element: HTMLElement;
  readonly update: () => void;
  /** Milliseconds from one update to the next, at least, for what is costly and nobody sees move. */
  readonly interval?: number;
}

/** A numbered part with a heading and a sentence about it. */
export function frame(
  id: string,
  number: string,
  title: string,
  text: string,
  ...children: readonly Node[]
): HTMLElement {
  const heading = h('h2', { id: `${id}-title` }, h('span.number', { 'aria-hidden': 'true' }, number), title);
  return h('section', { id, 'aria-labelledby': `${id}-title` }, heading, h('p.about', {}, text), ...children);
}
