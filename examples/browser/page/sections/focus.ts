// The configuration that was chosen: large, with its own controls, its proof, and forks.

import { h, setText } from '../dom.ts';
import { showCount, showLoss, showPath, showValue } from '../format.ts';
import { bestLossOf, isOver, type Laboratory, type Trial } from '../laboratory.ts';
import { pad } from '../pad.ts';
import { drawPicture } from '../pictures.ts';
import { onTheme } from '../theme.ts';
import { canTrain, stateText } from '../trialText.ts';
import type { Section } from './section.ts';

const SIZE = 320;

export function focus(laboratory: Laboratory): Section {
  const index = (): number => laboratory.selected ?? 0;
  const title = h('h3');
  const canvas = h('canvas', { width: SIZE, height: SIZE, role: 'img' });
  const caption = h('p.caption');
  const facts = h('dl.facts');
  const train = h('button', { type: 'button' });
  train.addEventListener('click', () => {
    if (laboratory.current?.phase === 'idle') void laboratory.train(index());
    else laboratory.pause(index());
  });
  const step = (steps: number, label: string): HTMLButtonElement =>
    h('button', { type: 'button', onclick: () => void laboratory.train(index(), { steps }) }, label);
  const steps = [step(1, 'One step'), step(100, '100 steps')];
  const accept = h('button', { type: 'button' }, 'Continue all the same');
  accept.addEventListener('click', () => void laboratory.train(index(), { acceptChanged: true }));
  const buttons = h('div.buttons', {}, train, ...steps, accept);
  const problem = h('p.problem', { role: 'alert' });
  const hash = h('code.hash');
  const proof = h('div.proof', {}, h('h4', {}, 'SHA-256 of the final state'), hash);
  const forks = fork(laboratory);
  const draw = pad(laboratory);
  const element = h(
    'aside.focus',
    { 'aria-label': 'The chosen configuration' },
    title,
    canvas,
    caption,
    buttons,
    problem,
    draw.element,
    proof,
    facts,
    forks.element,
  );
  let drawn = '';
  let listed: unknown;
  let redraw = 0;
  onTheme(() => {
    redraw++;
    laboratory.changed();
  });
  return {
    element,
    update() {
      const trial = laboratory.current;
      element.hidden = trial === undefined;
      if (!trial) return;
      setText(title, `Configuration ${trial.facts.index}`);
      setText(train, trial.phase === 'idle' ? (trial.step > 0 ? 'Continue' : 'Train') : 'Pause');
      buttons.hidden = isOver(trial.facts);
      for (const button of steps) button.disabled = !canTrain(trial);
      accept.hidden = !trial.error?.isChanged;
      problem.hidden = trial.error === undefined && trial.facts.error === undefined;
      setText(problem, trial.error?.message ?? trial.facts.error ?? '');
      setText(caption, captionOf(trial));
      canvas.setAttribute('aria-label', pictureText(trial));
      proof.hidden = trial.facts.sha256 === null;
      setText(hash, trial.facts.sha256 ?? '');
      if (listed !== trial.facts) {
        listed = trial.facts;
        facts.replaceChildren(...factsOf(trial).flatMap(([name, value]) => [h('dt', {}, name), h('dd', {}, value)]));
      }
      draw.update();
      forks.update();
      const { points } = laboratory.description ?? {};
      canvas.hidden = trial.picture === undefined && points === undefined;
      const key = `${laboratory.set?.name} ${trial.facts.index} ${trial.pictures} ${redraw}`;
      if (drawn === key || canvas.hidden) return;
      drawn = key;
      drawPicture(canvas, SIZE, trial.picture, points);
    },
  };
}

function captionOf(trial: Trial): string {
  const loss = trial.log.at(-1)?.valLoss;
  const parts = [stateText(trial), `step ${showCount(trial.step)}`];
  if (loss !== undefined) parts.push(`validation loss ${showLoss(loss)}`);
  if (trial.stepsPerSecond > 0) parts.push(`${showCount(trial.stepsPerSecond)} steps a second`);
  return parts.join(' · ');
}

function pictureText({ facts, picture, step }: Trial): string {
  if (!picture) return `The points that configuration ${facts.index} learns from`;
  const what = picture.kind === 'surface' ? 'What it says everywhere in the plane' : 'What its hidden units look for';
  return `${what}: configuration ${facts.index} at step ${step}`;
}

function factsOf(trial: Trial): [string, string][] {
  const { facts } = trial;
  return [
    ...Object.entries(facts.pars).map(([path, source]): [string, string] => [showPath(path), showValue(source)]),
    ['seed', `${facts.seed}`],
    ['best loss', showLoss(bestLossOf(trial))],
    ['time in training', `${facts.seconds.toFixed(2)} s`],
    ...reportOf(facts.report),
  ];
}

function reportOf(report: unknown): [string, string][] {
  if (typeof report !== 'object' || report === null) return [];
  return Object.entries(report).flatMap(([name, value]): [string, string][] =>
    typeof value === 'number' ? [[showPath(name), showLoss(value)]] : [],
  );
}

/** Another configuration that goes on from a snapshot of this one with other parameters. */
function fork(laboratory: Laboratory): Section {
  const from = h('select', { id: 'fork-from' });
  const fields = h('div.forkFields');
  const inputs = new Map<string, HTMLInputElement>();
  const submit = (event: Event): void => {
    event.preventDefault();
    const trial = laboratory.current;
    if (!trial) return;
    const changes = [...inputs].filter(([path, input]) => input.value !== trial.facts.pars[path]);
    void laboratory.fork(
      trial.facts.index,
      Number(from.value),
      Object.fromEntries(changes.map(([path, input]) => [path, input.value])),
    );
  };
  const form = h(
    'form',
    { onsubmit: submit },
    h(
      'p.small',
      {},
      'A new configuration goes on from a snapshot of this one, with what you change. It is marked as not exact.',
    ),
    h('div.field', {}, h('label', { for: 'fork-from' }, 'Snapshot'), from),
    fields,
    h('button', { type: 'submit' }, 'Fork and train'),
  );
  const element = h('details.fork', {}, h('summary', {}, 'Fork with other parameters'), form);
  let shown: unknown;
  return {
    element,
    update() {
      const trial = laboratory.current;
      element.hidden = !trial || trial.facts.checkpoints.length === 0 || trial.phase !== 'idle';
      if (!trial || shown === trial.facts) return;
      shown = trial.facts;
      from.replaceChildren(
        ...trial.facts.checkpoints.toReversed().map((number) => h('option', { value: number }, `checkpoint ${number}`)),
      );
      inputs.clear();
      const rows = Object.entries(trial.facts.pars).map(([path, source]) => {
        const input = h('input', {
          type: 'text',
          id: `fork-${path}`,
          value: source,
          spellcheck: 'false',
          autocomplete: 'off',
        });
        inputs.set(path, input);
        return h('div.field', {}, h('label', { for: `fork-${path}` }, showPath(path)), input);
      });
      fields.replaceChildren(...rows);
    },
  };
}
