// Learning curves over each other: what was logged lies faint behind its moving average; of a group its mean, within a band.

import { axes, chart, cleared, gridlines } from './chart.ts';
import { append, h, replace, select, slider, svg, toggle } from './dom.ts';
import { agreeing, groupBy } from './groupBy.ts';
import { groupsOf } from './groups.ts';
import { summaryOf, summaryOfGroup } from './label.ts';
import { exact, grouped, plural } from './numbers.ts';
import { type Scale, scaleOver } from './scale.ts';
import { type Band, type BandKind, bandOf, closest, smoothed } from './series.ts';
import type { Actions, Part, State } from './state.ts';
import { numberOf, type Row, type Trials } from './trials.ts';
import type { View } from './view.ts';

/** A curve, or the mean of those of a group. */
interface Line {
  /** Configurations, the best first. */
  readonly rows: readonly Row[];
  readonly x: readonly number[];
  /** What was logged. */
  readonly raw: readonly number[];
  readonly shown: readonly number[];
  /** Around the mean of a group. */
  readonly band?: Band;
}

/** Keys of the logs; losses that are compared with others come first. */
export function curveKeys({ contents }: Trials): string[] {
  const keys = new Set(contents.curves.flatMap(({ series }) => Object.keys(series)));
  return [...keys].filter((key) => contents.curves.some(({ series }) => series[key]?.some(isNumber)));
}

const isNumber = (value: unknown): boolean => numberOf(value) !== undefined;

const bandOptions = [
  ['range', 'extremes'],
  ['quartiles', 'quartiles'],
] as const satisfies readonly (readonly [BandKind, string])[];

export function curves(trials: Trials, actions: Actions): Part {
  const { change, highlight, open } = actions;
  const keys = curveKeys(trials);
  const positions = keys.filter((key) => ['step', 'epoch', 'seconds'].includes(key));
  const named = (names: readonly string[]) => names.map((name) => [name, name] as const);
  const losses = keys.filter((key) => !positions.includes(key));
  const curve = select('Curve', named(losses), (curve) => change({ curve }));
  const along = select('Along', named(positions), (along) => change({ along }));
  const logX = toggle('log x', (logX) => change({ logX }));
  const logY = toggle('log y', (logY) => change({ logY }));
  const smoothing = slider('Smoothing', 0.99, 0.01, (smoothing) => change({ smoothing }));
  const group = groupBy(trials, actions);
  const band = select('Band', bandOptions, (chosen) => change({ band: chosen === 'quartiles' ? chosen : 'range' }));
  const controls = h(
    'div',
    { class: 'controls' },
    ...[curve, along, smoothing, logX, logY, group, band].map(({ element }) => element),
  );
  const plot = chart(
    'Learning curves',
    380,
    (width) => ({ top: 30, right: 24, bottom: 44, left: width < 560 ? 48 : 64 }),
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
    const having = selected.filter((row) => trials.curve(row));
    lines =
      view.group === ''
        ? having.map((row) => single(row, view))
        : groupsOf(having, agreeing(trials, view), next.result).map(({ rows }) => together(rows, view));
    x = scaleOver(
      lines.flatMap((line) => line.x.filter((at) => !view.logX || at > 0)),
      view.logX,
    );
    y = scaleOver(
      lines.flatMap(({ shown, band }) => (band ? [...band.low, ...band.high] : shown)),
      view.logY,
    );
    curve.set(view.curve);
    along.set(view.along);
    logX.set(view.logX);
    logY.set(view.logY);
    smoothing.set(view.smoothing);
    group.set(view.group);
    band.set(view.band);
    band.element.hidden = view.group === '';
    const logged = having.reduce((sum, row) => sum + (trials.curve(row)?.lines ?? 0), 0);
    const kept = having.reduce((sum, row) => sum + numbersOf(row, view.along).length, 0);
    replace(
      note,
      view.group !== '' && `Means of ${plural(lines.length, 'group')}: `,
      `${plural(having.length, 'curve')} of ${plural(selected.length, 'selected configuration')}`,
      kept < logged && `; ${grouped(kept)} of ${grouped(logged)} lines of their logs, the extremes among them`,
      '.',
    );
    draw();
  }

  function numbersOf(row: Row, key: string): readonly number[] {
    return (trials.curve(row)?.series[key] ?? []).map((value) => numberOf(value) ?? Number.NaN);
  }

  function single(row: Row, { along, curve, smoothing, logY }: View): Line {
    const raw = numbersOf(row, curve);
    return { rows: [row], x: numbersOf(row, along), raw, shown: smoothed(raw, smoothing, logY) };
  }

  function together(rows: readonly Row[], view: View): Line {
    const members = rows.map((row) => single(row, view)).map(({ x, shown }) => ({ x, y: shown }));
    const band = bandOf(members, view.band);
    return { rows, x: band.x, raw: band.mean, shown: band.mean, band };
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
    gridlines(canvas, area, y, palette);
    const isSmooth = view.smoothing > 0;
    const density = Math.min(1, 60 / Math.max(1, lines.length));
    // The best last, over the others.
    for (const line of lines.toReversed()) {
      canvas.strokeStyle = color(line.rows[0] ?? 0);
      if (line.band) {
        canvas.globalAlpha = 0.1 + 0.12 * density;
        canvas.fillStyle = canvas.strokeStyle;
        fill(canvas, pointsOf(line, line.band.high), pointsOf(line, line.band.low));
      } else if (isSmooth) {
        canvas.globalAlpha = 0.25;
        canvas.lineWidth = 1;
        trace(canvas, pointsOf(line, line.raw));
      }
      canvas.globalAlpha = 0.55 + 0.4 * density;
      canvas.lineWidth = 1 + 0.6 * density + (line.band ? 0.5 : 0);
      trace(canvas, pointsOf(line, line.shown));
    }
    canvas.restore();
    replace(plot.overlay, axes(area, x, y, view.along, view.curve, palette), marker);
    mark(hovered);
  }

  /** Draws one curve over all others. */
  function mark(row: Row | undefined, at?: number): void {
    hovered = row;
    replace(marker);
    const line = lines.find(({ rows }) => row !== undefined && rows.includes(row));
    if (!state || !line) return;
    const points = pointsOf(line, line.shown);
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
      const shown = y.place(line.shown[i] ?? Number.NaN) ?? up;
      if (across === undefined || shown === undefined) continue;
      const dy = Math.abs(area.top + (1 - shown) * area.height - py);
      const dx = Math.abs(area.left + across * area.width - px);
      if (dy + dx / 4 < distance) [found, distance] = [[line, i], dy + dx / 4];
    }
    return found;
  }

  function point([line, i]: readonly [Line, number]): void {
    if (!state) return;
    const [best = 0] = line.rows;
    highlight(best);
    mark(best, i);
    const area = plot.area();
    const px = area.left + (x.place(line.x[i] ?? Number.NaN) ?? 0) * area.width;
    const { along, curve } = state.view;
    const at = [`${along} `, exact(line.x[i] ?? Number.NaN), `, ${line.band ? 'mean ' : ''}${curve} `];
    const here = h('p', {}, ...at, exact(line.raw[i] ?? Number.NaN));
    const summary = line.band
      ? summaryOfGroup(agreeing(trials, state.view), line.rows, here, around(line.band, i))
      : summaryOf(state, best, here);
    plot.tooltip.show(px, area.top + 8, area.left + area.width, summary);
  }

  function around({ low, high, counts }: Band, i: number): HTMLElement {
    const [from, to] = [low, high].map((values) => exact(values[i] ?? Number.NaN));
    return h('p', {}, 'from ', from, ' to ', to, `, ${plural(counts[i] ?? 0, 'curve')} here`);
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
    if (found) open(found[0].rows[0] ?? 0, event.shiftKey);
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
      Enter: () => open(line.rows[0] ?? 0, event.shiftKey),
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

/** The area between two lines; where either has a gap, there is none. */
function fill(
  canvas: CanvasRenderingContext2D,
  upper: readonly (readonly [number, number] | undefined)[],
  lower: readonly (readonly [number, number] | undefined)[],
): void {
  const both = upper.flatMap((above, i) => {
    const below = lower[i];
    return above && below ? [{ above, below }] : [];
  });
  canvas.beginPath();
  for (const { above } of both) canvas.lineTo(...above);
  for (const { below } of both.toReversed()) canvas.lineTo(...below);
  canvas.fill();
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
