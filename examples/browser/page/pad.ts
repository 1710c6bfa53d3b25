// A pad to draw a digit on, and what the chosen configuration takes it for.

import { h } from './dom.ts';
import { presentedAs } from './experiments.ts';
import type { Laboratory } from './laboratory.ts';
import { contextOf, drawInk } from './pictures.ts';
import type { Section } from './sections/section.ts';
import { onTheme, theme } from './theme.ts';

const SIDE = 28;
const SIZE = 196;

export function pad(laboratory: Laboratory): Section {
  const ink = new Uint8Array(SIDE * SIDE);
  const canvas = h('canvas.pad', {
    width: SIZE,
    height: SIZE,
    role: 'img',
    'aria-label': 'Draw a digit here with a finger or a mouse',
  });
  const bars = Array.from({ length: 10 }, (_, digit) => {
    const bar = h('span.bar');
    return { bar, element: h('li', {}, h('span', {}, `${digit}`), bar) };
  });
  const verdict = h('p.verdict', { 'aria-live': 'polite' });
  const wipe = h('button', { type: 'button' }, 'Wipe');
  wipe.addEventListener('click', () => {
    ink.fill(0);
    show();
  });
  const element = h(
    'div.drawing',
    {},
    h('div', {}, h('h4', {}, 'Draw a digit'), canvas, wipe),
    h('div', {}, verdict, h('ol.bars', { 'aria-hidden': 'true' }, ...bars.map(({ element }) => element))),
  );

  let last: readonly [number, number] | undefined;
  const place = ({ offsetX, offsetY }: PointerEvent): readonly [number, number] => [
    (offsetX * SIDE) / canvas.clientWidth,
    (offsetY * SIDE) / canvas.clientHeight,
  ];
  canvas.addEventListener('pointerdown', (event) => {
    canvas.setPointerCapture(event.pointerId);
    last = place(event);
    dab(ink, last, last);
    show();
  });
  canvas.addEventListener('pointermove', (event) => {
    if (!last) return;
    const next = place(event);
    dab(ink, last, next);
    last = next;
    show();
  });
  for (const name of ['pointerup', 'pointercancel'] as const) {
    canvas.addEventListener(name, () => {
      last = undefined;
    });
  }
  onTheme(show);

  let asking = false;
  function show(): void {
    const context = contextOf(canvas, SIZE, SIZE);
    if (!context) return;
    context.fillStyle = theme().paper;
    context.fillRect(0, 0, SIZE, SIZE);
    drawInk(context, ink, 0, 0, SIZE);
    void ask();
  }

  /** One question at a time; the newest drawing is asked about in the end. */
  async function ask(): Promise<void> {
    if (asking || laboratory.selected === undefined) return;
    asking = true;
    const asked = ink.slice();
    const answer = ink.some((value) => value > 0)
      ? await laboratory.predict(laboratory.selected, Float32Array.from(centered(asked)))
      : undefined;
    asking = false;
    const likely = answer?.reduce((best, p, digit) => (p > (answer[best] ?? 0) ? digit : best), 0);
    for (const [digit, { bar, element }] of bars.entries()) {
      bar.style.width = `${100 * (answer?.[digit] ?? 0)}%`;
      element.classList.toggle('likely', digit === likely && answer !== undefined);
    }
    verdict.textContent =
      answer?.length && likely !== undefined
        ? `It takes this for a ${likely}, ${Math.round(100 * (answer[likely] ?? 0))} % sure.`
        : 'Train a configuration, draw, and see what it takes it for.';
    if (asked.some((value, i) => value !== ink[i])) void ask();
  }

  let key = '';
  return {
    element,
    update() {
      element.hidden = presentedAs(laboratory.link.choice.experiment).view !== 'digits';
      const { current } = laboratory;
      const next = `${element.hidden} ${laboratory.selected} ${current?.facts.state} ${Math.floor((current?.pictures ?? 0) / 5)}`;
      if (element.hidden || key === next) return;
      key = next;
      show();
    },
  };
}

/** A line of a soft brush. */
function dab(ink: Uint8Array, [x1, y1]: readonly [number, number], [x2, y2]: readonly [number, number]): void {
  const [dx, dy] = [x2 - x1, y2 - y1];
  const square = Math.max(dx * dx + dy * dy, 1e-9);
  for (let i = 0; i < ink.length; i++) {
    const [x, y] = [(i % SIDE) + 0.5, Math.floor(i / SIDE) + 0.5];
    const along = Math.min(Math.max(((x - x1) * dx + (y - y1) * dy) / square, 0), 1);
    const [ex, ey] = [x - x1 - along * dx, y - y1 - along * dy];
    const strength = Math.min(Math.max(1.9 - Math.sqrt(ex * ex + ey * ey), 0), 1);
    ink[i] = Math.max(ink[i] ?? 0, Math.round(255 * strength));
  }
}

/** Moved so that the middle of the ink is the middle of the image, as in MNIST. */
function centered(ink: Uint8Array): Uint8Array {
  let [sum, x, y] = [0, 0, 0];
  for (const [i, value] of ink.entries()) {
    sum += value;
    x += value * (i % SIDE);
    y += value * Math.floor(i / SIDE);
  }
  const [right, down] = [Math.round(13.5 - x / sum), Math.round(13.5 - y / sum)];
  return ink.map((_, i) => {
    const [column, row] = [(i % SIDE) - right, Math.floor(i / SIDE) - down];
    return column < 0 || column >= SIDE || row < 0 || row >= SIDE ? 0 : (ink[row * SIDE + column] ?? 0);
  });
}
