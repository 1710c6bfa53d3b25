// The bench: all configurations as cards, with what each has learnt, and the controls of their training.

import { h, setText } from '../dom.ts';
import { showCount, showLoss, showPath, showValue } from '../format.ts';
import { bestLossOf, FULL_SPEED, isOver, type Laboratory, type Trial } from '../laboratory.ts';
import { drawPicture } from '../pictures.ts';
import { POOL_SIZE } from '../pool.ts';
import { onTheme } from '../theme.ts';
import { canTrain, progressOf, stateText } from '../trialText.ts';
import { focus } from './focus.ts';
import { frame, type Section } from './section.ts';

const SPEEDS: readonly (readonly [speed: number, label: string])[] = [
  [20, '20'],
  [200, '200'],
  [2000, '2,000'],
  [FULL_SPEED, 'Full speed'],
];

interface Card {
  readonly element: HTMLElement;
  readonly update: (trial: Trial, isSelected: boolean, isBest: boolean) => void;
}

export function bench(laboratory: Laboratory): Section {
  const run = h('button.primary', { type: 'button' });
  run.addEventListener('click', () => (laboratory.isBusy ? laboratory.pause() : laboratory.trainAll()));
  const speeds = SPEEDS.map(([speed, label]) => {
    const input = h('input.hidden', { type: 'radio', name: 'speed', onchange: () => laboratory.setSpeed(speed) });
    return { speed, input, element: h('label', {}, input, h('span', {}, label)) };
  });
  const pace = h(
    'fieldset.segments',
    {},
    h('legend', {}, 'Steps per second'),
    h('span.choices', {}, ...speeds.map(({ element }) => element)),
  );
  const status = h('p.status');
  const cards = h('div.cards');
  const empty = h('p.empty', {}, 'No configurations yet. Create some above: each becomes a card here.');
  const detail = focus(laboratory);
  const known = new Map<string, Card>();
  let redraw = 0;
  onTheme(() => {
    redraw++;
    laboratory.changed();
  });
  return {
    element: frame(
      'train',
      '3',
      'Train',
      'One WebAssembly machine per processor. Watch the border form, step by step or at full speed; pause whenever you like.',
      h('div.toolbar', {}, run, pace, status),
      h('div.bench', {}, h('div', {}, empty, cards), detail.element),
    ),
    update() {
      const { trials, set, selected, best } = laboratory;
      const left = trials.filter(({ facts }) => !isOver(facts));
      const begun = left.some(({ step }) => step > 0);
      setText(run, laboratory.isBusy ? 'Pause all' : begun ? 'Continue all' : 'Train all');
      run.disabled = !laboratory.isBusy && left.length === 0;
      for (const { speed, input } of speeds) input.checked = speed === laboratory.speed;
      setText(status, statusText(trials));
      empty.hidden = trials.length > 0;
      const shown = trials.map((trial) => {
        const key = `${set?.name} ${trial.facts.index}`;
        const card = known.get(key) ?? cardOf(laboratory, trial, () => redraw);
        known.set(key, card);
        card.update(trial, trial.facts.index === selected, trial === best);
        return card.element;
      });
      if (shown.length !== cards.childElementCount || shown.some((element, i) => cards.children[i] !== element)) {
        cards.replaceChildren(...shown);
      }
      detail.update();
    },
  };
}

function statusText(trials: readonly Trial[]): string {
  if (trials.length === 0) return '';
  const over = trials.filter(({ facts }) => isOver(facts)).length;
  const speed = trials.reduce((sum, { stepsPerSecond }) => sum + stepsPerSecond, 0);
  const facts = [`${over} of ${trials.length} finished`, POOL_SIZE === 1 ? '1 worker' : `${POOL_SIZE} workers`];
  if (speed > 0) facts.push(`${showCount(speed)} steps a second`);
  return facts.join(' · ');
}

const SIZE = 160;

function cardOf(laboratory: Laboratory, { facts }: Trial, redraws: () => number): Card {
  const { index } = facts;
  const canvas = h('canvas', { width: SIZE, height: SIZE, 'aria-hidden': 'true' });
  const loss = h('strong.loss');
  const state = h('span.state');
  const bar = h('progress', { max: 1, value: 0, 'aria-label': `Progress of configuration ${index}` });
  const pars = Object.entries(facts.pars).filter(([path]) => path !== 'steps' && path !== 'epochs');
  const words = pars.map(([path, source]) => h('span', { title: showPath(path) }, showValue(source)));
  const choose = h(
    'button.card',
    { type: 'button', onclick: () => laboratory.select(index) },
    h('span.head', {}, h('span.index', {}, `#${index}`), state),
    canvas,
    loss,
    h('span.pars', {}, ...words),
    bar,
  );
  let drawn = '';
  return {
    element: choose,
    update(trial, isSelected, isBest) {
      choose.setAttribute('aria-pressed', `${isSelected}`);
      choose.classList.toggle('best', isBest);
      state.dataset.state = stateText(trial);
      setText(state, isBest ? `${stateText(trial)} · best` : stateText(trial));
      const best = bestLossOf(trial);
      setText(loss, Number.isFinite(best) ? `loss ${showLoss(best)}` : ' ');
      const progress = progressOf(trial);
      bar.hidden = !canTrain(trial) && trial.phase === 'idle';
      if (progress === undefined) bar.removeAttribute('value');
      else if (bar.value !== progress) bar.value = progress;
      const key = `${trial.pictures} ${redraws()} ${laboratory.description !== undefined}`;
      if (drawn === key) return;
      drawn = key;
      drawPicture(canvas, SIZE, trial.picture, laboratory.description?.points);
    },
  };
}
