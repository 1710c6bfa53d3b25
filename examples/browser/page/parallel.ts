// Parallel coordinates: a line for each configuration through an axis for each parameter that varies, to its loss.

import { h, svg } from './dom.ts';
import { showLoss, showPath, showValue } from './format.ts';
import { bestLossOf, type Laboratory, type Trial } from './laboratory.ts';
import type { Section } from './sections/section.ts';

const HEIGHT = 260;
const TOP = 34;
const BOTTOM = 24;
const SIDE = 4;

interface Axis {
  readonly title: string;
  /** From 0 at the bottom to 1 at the top; undefined where a configuration has no place. */
  readonly at: (trial: Trial) => number | undefined;
  readonly ticks: readonly (readonly [at: number, text: string])[];
}

export function parallel(laboratory: Laboratory): Section {
  const element = h('div.parallel');
  let shown = '';
  let width = 0;
  new ResizeObserver(([entry]) => {
    width = entry?.contentRect.width ?? 0;
    laboratory.changed();
  }).observe(element);
  return {
    element,
    update() {
      const trials = laboratory.trials.filter((trial) => Number.isFinite(bestLossOf(trial)));
      const key = `${width} ${laboratory.set?.name} ${laboratory.selected} ${trials.map((trial) => bestLossOf(trial).toPrecision(2))}`;
      if (shown === key) return;
      shown = key;
      element.replaceChildren(trials.length > 1 && width > 0 ? plot(laboratory, trials, width) : '');
    },
  };
}

function plot(laboratory: Laboratory, trials: readonly Trial[], width: number): SVGElement {
  const axes = [...parameterAxes(laboratory, trials), lossAxis(trials)];
  // On a narrow screen it is moved sideways rather than pressed together.
  const wide = Math.max(width, 2 * SIDE + 132 * (axes.length - 1));
  const x = (i: number): number => SIDE + (i * (wide - 2 * SIDE)) / Math.max(axes.length - 1, 1);
  const y = (at: number): number => HEIGHT - BOTTOM - at * (HEIGHT - TOP - BOTTOM);
  const loss = axes.at(-1);
  const lines = trials.map((trial) => {
    const points = axes.flatMap((axis, i) => {
      const at = axis.at(trial);
      return at === undefined ? [] : [`${x(i).toFixed(1)},${y(at).toFixed(1)}`];
    });
    const isSelected = trial.facts.index === laboratory.selected;
    const strength = 1 - (loss?.at(trial) ?? 1);
    const line = svg('polyline', {
      points: points.join(' '),
      class: isSelected ? 'selected' : '',
      opacity: isSelected ? 1 : (0.18 + 0.6 * strength).toFixed(2),
      onclick: () => laboratory.select(trial.facts.index),
    });
    return { isSelected, line };
  });
  const sorted = lines.toSorted((a, b) => Number(a.isSelected) - Number(b.isSelected)).map(({ line }) => line);
  const frames = axes.map((axis, i) => {
    const anchor = i === axes.length - 1 ? 'end' : 'start';
    const ticks = axis.ticks.map(([at, text]) =>
      svg('text', { x: x(i) + (anchor === 'end' ? -7 : 7), y: y(at) + 4, 'text-anchor': anchor, class: 'tick' }, text),
    );
    const title = svg(
      'text',
      { x: x(i), y: 16, 'text-anchor': i === 0 ? 'start' : anchor === 'end' ? 'end' : 'middle' },
      axis.title,
    );
    return svg('g', {}, svg('line', { x1: x(i), x2: x(i), y1: y(0), y2: y(1) }), title, ...ticks);
  });
  const label = `Parallel coordinates of ${trials.length} configurations over ${axes.map(({ title }) => title).join(', ')}`;
  return svg(
    'svg',
    { viewBox: `0 0 ${wide} ${HEIGHT}`, width: wide, height: HEIGHT, role: 'img', 'aria-label': label },
    ...sorted,
    ...frames,
  );
}

function parameterAxes(laboratory: Laboratory, trials: readonly Trial[]): Axis[] {
  return (laboratory.description?.fields ?? []).flatMap((field): Axis[] => {
    const source = ({ facts }: Trial): string => facts.pars[field.path] ?? '';
    const sources = [...new Set(trials.map(source))];
    if (sources.length < 2) return [];
    if (field.kind === 'range' && field.isLog) {
      const values = sources.map(Number);
      return [
        {
          title: showPath(field.path),
          ...logarithmic(Math.min(...values), Math.max(...values), (trial) => Number(source(trial))),
        },
      ];
    }
    const isNumeric = sources.every((text) => Number.isFinite(Number(text)));
    const ordered = isNumeric ? sources.sort((a, b) => Number(a) - Number(b)) : sources.sort();
    const place = (text: string): number => (ordered.indexOf(text) + 0.5) / ordered.length;
    return [
      {
        title: showPath(field.path),
        at: (trial) => place(source(trial)),
        ticks: ordered.map((text) => [place(text), showValue(text)]),
      },
    ];
  });
}

function lossAxis(trials: readonly Trial[]): Axis {
  const losses = trials.map((trial) => Math.max(bestLossOf(trial), 1e-8));
  return {
    title: 'best loss',
    ...logarithmic(Math.min(...losses), Math.max(...losses), (trial) => Math.max(bestLossOf(trial), 1e-8)),
  };
}

function logarithmic(low: number, high: number, value: (trial: Trial) => number): Pick<Axis, 'at' | 'ticks'> {
  const span = Math.log(high / low) || 1;
  const at = (number: number): number => Math.log(number / low) / span;
  const ticks = [low, Math.sqrt(low * high), high];
  return { at: (trial) => at(value(trial)), ticks: ticks.map((number) => [at(number), showLoss(number)]) };
}
