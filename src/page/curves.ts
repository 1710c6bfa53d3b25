// Learning curves over each other: what was logged lies faint behind its moving average.

import type { CurveContents } from '../analysis/report/contents.ts';
import { axes, chart, cleared } from './chart.ts';
import { append, h, replace, select, slider, svg, toggle } from './dom.ts';
import { summaryOf } from './label.ts';
import { exact, grouped, plural } from './numbers.ts';
import { type Scale, scaleOver } from './scale.ts';
import type { Actions, Part, State } from './state.ts';
import { numberOf, type Row, type Trials } from './trials.ts';

interface Line {
  readonly row: Row;
  readonly x: readonly number[];
  readonly raw: readonly number[];
  readonly smooth: readonly number[];
}

/**
 * Exponential moving average without the bias of its start: m ← s m + (1 − s) y, shown as m / (1 − sᵗ)
 * (Kingma & Ba, ICLR 2015, section 3). Values that are not finite are gaps and are not averaged. For a logarithmic axis
 * the logarithms are averaged, else the large values of the beginning would cover all that follow.
 */
export function smoothed(values: readonly number[], share: number, isLogarithmic: boolean): readonly number[] {
  if (share === 0) return values;
  if (isLogarithmic) return smoothed(values.map(Math.log10), share, false).map((power) => 10 ** power);
  let [mean, weight] = [0, 0];
  return values.map((value) => {
    if (!Number.isFinite(value)) return value;
    mean = share * mean + (1 - share) * value;
    weight = share * weight + (1 - share);
    return mean / weight;
  });
}

/** Keys of the logs; losses that are compared with others come first. */
export function curveKeys({ contents }: Trials): string[] {
  const keys = new Set(contents.curves.flatMap(({ series }) => Object.keys(series)));
  return [...keys].filter((key) => contents.curves.some(({ series }) => series[key]?.some(isNumber)));
}

const isNumber = (value: unknown): boolean => numberOf(value) !== undefined;

function numbersOf(curve: CurveContents, key: string): readonly number[] {
  return (curve.series[key] ?? []).map((value) => numberOf(value) ?? Number.NaN);
}

export function curves(trials: Trials, { change, highlight, open }: Actions): Part {
  const keys = curveKeys(trials);
  const positions = keys.filter((key) => ['step', 'epoch', 'seconds'].includes(key));
  const named = (names: readonly string[]) => names.map((name) => [name, name] as const);
  const losses = keys.filter((key) => !positions.includes(key));
  const curve = select('Curve', named(losses), (curve) => change({ curve }));
  const along = select('Along', named(positions), (along) => change({ along }));
  const logX = toggle('log x', (logX) => change({ logX }));
  const logY = toggle('log y', (logY) => change({ logY }));
  const smoothing = slider('Smoothing', 0.99, 0.01, (smoothing) => change({ smoothing }));
  const controls = h(
    'div',
    { class: 'controls' },
    ...[curve, along, smoothing, logX, logY].map(({ element }) => element),
  );
  const plot = chart(
    'Learning curves',
    380,
    (width) => ({ top: 30, right: 12, bottom: 44, left: width < 560 ? 48 : 64 }),
    draw,
  );
  const note = h('p', { class: 'note' });
  const marker = svg('g', { class: 'marker' });
  const element = h('section', { id: 'curves' }, h('h2', {}, 'Learning curves'), controls, plot.element, note);
  let state: State | undefined;
  let lines: readonly Line[] = [];
  let [x, y]: [Scale, Scale] = [scaleOver([]), scaleOver([])];
  let hovered: Row | undefined;

  function update(next: State): void {
    state = next;
    const { view, selected } = next;
    const shown = selected.flatMap((row) => trials.curve(row) ?? []);
    lines = shown.map((curve) => {
      const raw = numbersOf(curve, view.curve);
      return { row: curve.row, x: numbersOf(curve, view.along), raw, smooth: smoothed(raw, view.smoothing, view.logY) };
    });
    x = scaleOver(
      lines.flatMap((line) => line.x.filter((at) => !view.logX || at > 0)),
      view.logX,
    );
    y = scaleOver(
      lines.flatMap((line) => (view.smoothing > 0 ? line.smooth : line.raw)),
      view.logY,
    );
    curve.set(view.curve);
    along.set(view.along);
    logX.set(view.logX);
    logY.set(view.logY);
    smoothing.set(view.smoothing);
    const logged = lines.reduce((sum, { row }) => sum + (trials.curve(row)?.lines ?? 0), 0);
    const kept = lines.reduce((sum, line) => sum + line.x.length, 0);
    replace(
      note,
      `${plural(lines.length, 'curve')} of ${plural(selected.length, 'selected configuration')}`,
      kept < logged && `; ${grouped(kept)} of ${grouped(logged)} lines of their logs, the extremes among them`,
      '.',
    );
    draw();
  }

  function pointsOf(line: Line, values: readonly number[]): (readonly [number, number] | undefined)[] {
    const area = plot.area();
    return line.x.map((at, i) => {
      const [across, up] = [x.place(at), y.place(values[i] ?? Number.NaN)];
      return across === undefined || up === undefined
        ? undefined
        : [area.left + across * area.width, area.top + (1 - up) * area.height];
    });
  }

  function draw(): void {
    if (!state) return;
    const { palette, color, view } = state;
    const area = plot.area();
    const canvas = cleared(plot, area, 2);
    canvas.save();
    canvas.clip();
    const isSmooth = view.smoothing > 0;
    const density = Math.min(1, 60 / Math.max(1, lines.length));
    // The best last, over the others.
    for (const line of lines.toReversed()) {
      canvas.strokeStyle = color(line.row);
      if (isSmooth) {
        canvas.globalAlpha = 0.25;
        canvas.lineWidth = 1;
        trace(canvas, pointsOf(line, line.raw));
      }
      canvas.globalAlpha = 0.55 + 0.4 * density;
      canvas.lineWidth = 1 + 0.6 * density;
      trace(canvas, pointsOf(line, isSmooth ? line.smooth : line.raw));
    }
    canvas.restore();
    replace(plot.overlay, axes(area, x, y, view.along, view.curve, palette), marker);
    mark(hovered);
  }

  /** Draws one curve over all others. */
  function mark(row: Row | undefined, at?: number): void {
    hovered = row;
    replace(marker);
    const line = lines.find((line) => line.row === row);
    if (!state || !line) return;
    const values = state.view.smoothing > 0 ? line.smooth : line.raw;
    const points = pointsOf(line, values);
    const { text, ground } = state.palette;
    const path = { d: pathOf(points), fill: 'none', 'stroke-linejoin': 'round' };
    append(marker, [
      svg('path', { ...path, stroke: ground, 'stroke-width': 5 }),
      svg('path', { ...path, stroke: text, 'stroke-width': 2 }),
    ]);
    const point = at === undefined ? undefined : points[at];
    if (point) append(marker, [svg('circle', { cx: point[0], cy: point[1], r: 4, fill: text, stroke: ground })]);
  }

  function nearest(px: number, py: number): readonly [Line, number] | undefined {
    const area = plot.area();
    const target = x.value((px - area.left) / area.width);
    let [found, distance]: [readonly [Line, number] | undefined, number] = [undefined, 40];
    for (const line of lines) {
      const i = closest(line.x, target);
      const [across, up] = [x.place(line.x[i] ?? Number.NaN), y.place(line.raw[i] ?? Number.NaN)];
      const values = (state?.view.smoothing ?? 0) > 0 ? line.smooth : line.raw;
      const shown = y.place(values[i] ?? Number.NaN) ?? up;
      if (across === undefined || shown === undefined) continue;
      const dy = Math.abs(area.top + (1 - shown) * area.height - py);
      const dx = Math.abs(area.left + across * area.width - px);
      if (dy + dx / 4 < distance) [found, distance] = [[line, i], dy + dx / 4];
    }
    return found;
  }

  function point([line, i]: readonly [Line, number]): void {
    if (!state) return;
    highlight(line.row);
    mark(line.row, i);
    const area = plot.area();
    const px = area.left + (x.place(line.x[i] ?? Number.NaN) ?? 0) * area.width;
    const { along, curve } = state.view;
    const here = h(
      'p',
      {},
      `${along} `,
      exact(line.x[i] ?? Number.NaN),
      `, ${curve} `,
      exact(line.raw[i] ?? Number.NaN),
    );
    plot.tooltip.show(px, area.top + 8, area.left + area.width, summaryOf(state, line.row, here));
  }

  function leave(): void {
    plot.tooltip.hide();
    highlight(undefined);
  }

  plot.overlay.addEventListener('pointermove', (event) => {
    const found = nearest(...plot.at(event));
    if (found) point(found);
    else leave();
  });
  plot.overlay.addEventListener('pointerleave', leave);
  plot.overlay.addEventListener('blur', leave);
  plot.overlay.addEventListener('click', (event) => {
    const found = nearest(...plot.at(event));
    if (found) open(found[0].row, event.shiftKey);
  });
  let cursor = { line: 0, place: 0 };
  plot.overlay.addEventListener('keydown', (event) => {
    const line = lines[cursor.line] ?? lines[0];
    if (!line) return;
    const stride = event.shiftKey ? 10 : 1;
    const moves: Readonly<Record<string, () => void>> = {
      ArrowUp: () => (cursor = { ...cursor, line: Math.max(0, cursor.line - stride) }),
      ArrowDown: () => (cursor = { ...cursor, line: Math.min(lines.length - 1, cursor.line + stride) }),
      ArrowLeft: () => (cursor = { ...cursor, place: Math.max(0, cursor.place - stride) }),
      ArrowRight: () => (cursor = { ...cursor, place: Math.min(line.x.length - 1, cursor.place + stride) }),
      Enter: () => open(line.row, event.shiftKey),
      Escape: leave,
    };
    const move = moves[event.key];
    if (!move) return;
    event.preventDefault();
    move();
    const now = lines[cursor.line];
    if (event.key.startsWith('Arrow') && now) point([now, Math.min(cursor.place, now.x.length - 1)]);
  });

  return { element, update, highlight: (row) => row !== hovered && mark(row) };
}

function trace(canvas: CanvasRenderingContext2D, points: readonly (readonly [number, number] | undefined)[]): void {
  canvas.beginPath();
  let isDown = false;
  for (const point of points) {
    if (point && isDown) canvas.lineTo(...point);
    else if (point) canvas.moveTo(...point);
    isDown = point !== undefined;
  }
  canvas.stroke();
}

function pathOf(points: readonly (readonly [number, number] | undefined)[]): string {
  let isDown = false;
  return points
    .map((point) => {
      const command = point ? `${isDown ? 'L' : 'M'}${point[0].toFixed(1)},${point[1].toFixed(1)}` : '';
      isDown = point !== undefined;
      return command;
    })
    .join('');
}

/** Place of the value that is closest; values ascend. */
export function closest(values: readonly number[], target: number): number {
  let [low, high] = [0, values.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((values[middle] ?? 0) < target) low = middle + 1;
    else high = middle;
  }
  const before = values[low - 1];
  return before !== undefined && target - before < (values[low] ?? before) - target ? low - 1 : low;
}
