// The choice of an experiment.

import { h, setText } from '../dom.ts';
import { presented, presentedAs } from '../experiments.ts';
import type { Laboratory } from '../laboratory.ts';
import { drawImages, drawPicture } from '../pictures.ts';
import { frame, type Section } from './section.ts';

const SIZE = 72;
const FILES =
  't10k-images-idx3-ubyte.gz and t10k-labels-idx1-ubyte.gz, or all four of MNIST. Drop them anywhere on this page; they stay in this browser.';

export function picker(laboratory: Laboratory): Section {
  const options = presented.map(({ id, title, text }) => {
    const choose = (): void => {
      const { amount, choice } = laboratory.link;
      void laboratory.follow({ choice: { experiment: id, seed: choice.seed, space: {} }, amount });
    };
    const input = h('input.hidden', { type: 'radio', name: 'experiment', value: id, onchange: choose });
    const canvas = h('canvas', { 'aria-hidden': 'true', width: SIZE, height: SIZE });
    const words = h('span.words', {}, h('strong', {}, title), h('span.small', {}, text));
    return { id, input, canvas, element: h('label.option', {}, input, canvas, words) };
  });
  const group = h(
    'div.options',
    { role: 'radiogroup', 'aria-label': 'Experiment' },
    ...options.map(({ element }) => element),
  );
  const why = h('span');
  const pick = h(
    'button.quiet',
    { type: 'button', onclick: () => document.getElementById('files')?.click() },
    'Choose them',
  );
  const missing = h('p.hint', { hidden: true }, why, pick);
  const drawn = new Map<string, unknown>();
  return {
    element: frame(
      'choose',
      '1',
      'Choose a problem',
      'Each is a plain module that the command line runs, too.',
      group,
      missing,
    ),
    update() {
      const { experiment } = laboratory.link.choice;
      for (const { id, input, canvas } of options) {
        input.checked = id === experiment;
        const description = laboratory.descriptionOf(id);
        if (!description || drawn.get(id) === description) continue;
        drawn.set(id, description);
        if (description.points) drawPicture(canvas, SIZE, undefined, description.points);
        else if (description.images) drawImages(canvas, SIZE, description.images, 3);
        canvas.classList.toggle('missing', description.missing !== undefined);
      }
      missing.hidden = laboratory.description?.missing === undefined;
      setText(why, `${presentedAs(experiment).title} needs its files: ${FILES}`);
    },
  };
}
