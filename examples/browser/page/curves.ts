// Learning curves of all configurations: validation loss over steps, both by their logarithm's scale where that helps.

import { h } from './dom.ts';
import { showCount, showLoss } from './format.ts';
import type { Laboratory, Trial } from './laboratory.ts';
import { contextOf } from './pictures.ts';
import type { Section } from './sections/section.ts';
import { onTheme, theme } from './theme.ts';

const HEIGHT = 300;
const MARGIN = { left: 52, right: 14, top: 12, bottom: 34 };

interface Scale {
  readonly x: (step: number) => number;
  readonly y: (loss: number) => number;
  readonly yTicks: readonly number[];
  readonly xTicks: readonly number[];
}

export function curves(laboratory: Laboratory): Section {
  const canvas = h('canvas.curves', { role: 'img' });
  let scale: Scale | undefined;
  let shown = '';
  canvas.addEventListener('click', ({ offsetX, offsetY }) => {
    const nearest = scale && nearestOf(laboratory.trials, scale, offsetX, offsetY);
    if (nearest) laboratory.select(nearest.facts.index);
  });
  const redraw = (): void => {
    shown = '';
    laboratory.changed();
  };
  onTheme(redraw);
  new ResizeObserver(redraw).observe(canvas);
  return {
    element: canvas,
    update() {
      const { trials, selected, best } = laboratory;
      const width = canvas.clientWidth;
      const key = `${width} ${selected} ${laboratory.set?.name} ${trials.map(({ log }) => log.length)}`;
      if (key === shown || width === 0) return;
      shown = key;
      const context = contextOf(canvas, width, HEIGHT);
      if (!context) return;
      scale = scaleOf(trials, width);
      canvas.setAttribute('aria-label', summaryOf(trials, best));
      drawAxes(context, scale, width);
      const { accent, muted, ink } = theme();
      const later = (trial: Trial): number => (trial.facts.index === selected ? 2 : trial === best ? 1 : 0);
      for (const trial of trials.toSorted((a, b) => later(a) - later(b))) {
        const rank = later(trial);
        context.globalAlpha = rank === 0 ? 0.45 : 1;
        drawCurve(context, scale, trial, rank === 2 ? accent : rank === 1 ? ink : muted, rank === 0 ? 1.1 : 2);
      }
      context.globalAlpha = 1;
    },
  };
}

function summaryOf(trials: readonly Trial[], best: Trial | undefined): string {
  const drawn = trials.filter(({ log }) => log.length > 0).length;
  const end = best ? `; the smallest loss is that of configuration ${best.facts.index}` : '';
  return `Learning curves of ${drawn} configurations: validation loss over steps${end}`;
}

function scaleOf(trials: readonly Trial[], width: number): Scale {
  const lines = trials.flatMap(({ log }) => log);
  // There may be more of them than arguments of a call.
  let [least, most, end] = [0.5, 1, 100];
  for (const { step, valLoss } of lines) {
    end = Math.max(end, step);
    if (!(valLoss > 0 && valLoss < Number.POSITIVE_INFINITY)) continue;
    [least, most] = [Math.max(Math.min(least, valLoss), 1e-8), Math.min(Math.max(most, valLoss), 20)];
  }
  const [bottom, top] = [Math.floor(Math.log10(least) * 2) / 2, Math.log10(most * 1.1)];
  const tall = HEIGHT - MARGIN.top - MARGIN.bottom;
  const wide = width - MARGIN.left - MARGIN.right;
  const decades = Array.from(
    { length: Math.ceil(top) - Math.floor(bottom) + 1 },
    (_, i) => 10 ** (Math.floor(bottom) + i),
  );
  const fine = decades.length > 4 ? decades : decades.flatMap((decade) => [decade, 2 * decade, 5 * decade]);
  const stride = niceStride(end / Math.max(2, Math.min(6, wide / 90)));
  return {
    x: (step) => MARGIN.left + (wide * step) / end,
    y: (loss) => {
      const level = Math.log10(Math.min(Math.max(loss, 1e-8), 1e3));
      return MARGIN.top + tall * Math.min(Math.max((top - level) / (top - bottom), 0), 1);
    },
    yTicks: fine.filter((loss) => Math.log10(loss) >= bottom && Math.log10(loss) <= top),
    xTicks: Array.from({ length: Math.floor(end / stride) + 1 }, (_, i) => i * stride),
  };
}

/** 1, 2 or 5 times a power of ten, at least as large. */
function niceStride(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  return power * ([1, 2, 5, 10].find((factor) => factor * power >= least) ?? 10);
}

function drawAxes(context: CanvasRenderingContext2D, scale: Scale, width: number): void {
  const { line, muted } = theme();
  context.font = '12px system-ui, sans-serif';
  context.lineWidth = 1;
  context.strokeStyle = line;
  context.fillStyle = muted;
  context.textAlign = 'right';
  context.textBaseline = 'middle';
  for (const loss of scale.yTicks) {
    const y = Math.round(scale.y(loss)) + 0.5;
    context.beginPath();
    context.moveTo(MARGIN.left, y);
    context.lineTo(width - MARGIN.right, y);
    context.stroke();
    context.fillText(showLoss(loss), MARGIN.left - 8, y);
  }
  context.textBaseline = 'top';
  for (const step of scale.xTicks) {
    const x = scale.x(step);
    context.textAlign = x > width - 50 ? 'right' : 'center';
    context.fillText(step === 0 ? '0 steps' : showCount(step), x, HEIGHT - MARGIN.bottom + 10);
  }
}

function drawCurve(
  context: CanvasRenderingContext2D,
  scale: Scale,
  { log }: Trial,
  color: string,
  lineWidth: number,
): void {
  context.strokeStyle = color;
  context.lineWidth = lineWidth;
  context.lineJoin = 'round';
  context.beginPath();
  for (const { step, valLoss } of log) if (Number.isFinite(valLoss)) context.lineTo(scale.x(step), scale.y(valLoss));
  context.stroke();
}

function nearestOf(trials: readonly Trial[], scale: Scale, x: number, y: number): Trial | undefined {
  const distance = ({ log }: Trial): number =>
    log.reduce(
      (least, { step, valLoss }) => Math.min(least, (scale.x(step) - x) ** 2 + (scale.y(valLoss) - y) ** 2),
      Number.POSITIVE_INFINITY,
    );
  const found = trials.map((trial) => ({ trial, distance: distance(trial) })).sort((a, b) => a.distance - b.distance);
  return found[0] && found[0].distance < 900 ? found[0].trial : undefined;
}
