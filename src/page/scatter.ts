// Any column against any other: one point for each configuration.

import { axes, chart, cleared, gridlines } from './chart.ts';
import { append, h, replace, select, svg } from './dom.ts';
import { shown, summaryOf } from './label.ts';
import { plural } from './numbers.ts';
import type { Actions, Part, State } from './state.ts';
import type { Column, Row, Trials } from './trials.ts';
import type { View } from './view.ts';

/** From here on points are too close to be told apart. */
const MANY = 2000;

interface Point {
  readonly row: Row;
  readonly x: number;
  readonly y: number;
}

export function scatter(trials: Trials, { change, highlight, open }: Actions): Part {
  const all = [...trials.pars, ...trials.columns.filter(({ kind }) => kind !== 'par')];
  const options = all.map(({ key, label }) => [key, label] as const);
  const across = select('Horizontal', options, (scatterX) => change({ scatterX }));
  const up = select('Vertical', options, (scatterY) => change({ scatterY }));
  const plot = chart(
    'Scatter plot',
    360,
    (width) => ({ top: 30, right: 24, bottom: 44, left: width < 560 ? 48 : 64 }),
    draw,
  );
  const marker = svg('g', { class: 'marker' });
  const note = h('p', { class: 'note' });
  const element = h(
    'section',
    { id: 'scatter' },
    h('h2', {}, 'Parameters and results'),
    h('div', { class: 'controls' }, across.element, up.element),
    plot.element,
    note,
  );
  let state: State | undefined;
  let points: readonly Point[] = [];
  let hovered: Row | undefined;

  const chosen = (key: string): Column => trials.column(key) ?? trials.states;

  function update(next: State): void {
    state = next;
    across.set(next.view.scatterX);
    up.set(next.view.scatterY);
    draw();
  }

  function draw(): void {
    if (!state) return;
    const { view, palette, color, selected } = state;
    const [x, y] = [chosen(view.scatterX), chosen(view.scatterY)];
    const area = plot.area();
    const spread = (column: Column, row: Row): number | undefined => {
      const place = column.scale.place(column.values[row] ?? Number.NaN);
      // Equal categories lie beside each other, always in the same way.
      return place === undefined || column.isNumeric
        ? place
        : place + (scattered(row) * 0.5) / column.categories.length;
    };
    points = selected.flatMap((row) => {
      const [px, py] = [spread(x, row), spread(y, row)];
      if (px === undefined || py === undefined) return [];
      return [{ row, x: area.left + px * area.width, y: area.top + (1 - py) * area.height }];
    });
    const canvas = cleared(plot, area);
    gridlines(canvas, area, y.scale, palette);
    if (points.length > MANY) {
      // Squares take a tenth of the time that circles take.
      canvas.globalAlpha = 0.7;
      for (const { row, x, y } of points.toReversed()) {
        canvas.fillStyle = color(row);
        canvas.fillRect(x - 1.5, y - 1.5, 3, 3);
      }
    } else {
      canvas.strokeStyle = palette.ground;
      for (const { row, x, y } of points.toReversed()) {
        canvas.beginPath();
        canvas.arc(x, y, points.length > 200 ? 3 : 4.5, 0, 2 * Math.PI);
        canvas.fillStyle = color(row);
        canvas.fill();
        canvas.stroke();
      }
    }
    replace(plot.overlay, axes(area, x.scale, y.scale, x.label, y.label, palette), medians(x, y, state), marker);
    const missing = selected.length - points.length;
    replace(note, `${plural(points.length, 'point')}`, missing > 0 && `; ${missing} have no such values`, '.');
    mark(hovered);
  }

  /** Where half of a category's configurations are better and half are worse. */
  function medians(x: Column, y: Column, { selected, palette }: State): SVGGElement {
    const group = svg('g', {});
    if (x.isNumeric || !y.isNumeric) return group;
    const area = plot.area();
    const half = Math.min(40, (0.35 * area.width) / x.categories.length);
    x.categories.forEach((_, category) => {
      const values = selected.filter((row) => x.values[row] === category).map((row) => y.values[row] ?? Number.NaN);
      const place = y.scale.place(median(values));
      if (place === undefined) return;
      const [at, across] = [
        area.top + (1 - place) * area.height,
        area.left + (x.scale.place(category) ?? 0) * area.width,
      ];
      append(group, [
        svg(
          'line',
          { x1: across - half, x2: across + half, y1: at, y2: at, stroke: palette.text, 'stroke-width': 1.5 },
          svg('title', {}, 'median'),
        ),
      ]);
    });
    return group;
  }

  function mark(row: Row | undefined): void {
    hovered = row;
    const point = points.find((point) => point.row === row);
    const { text } = state?.palette ?? {};
    replace(
      marker,
      point && svg('circle', { cx: point.x, cy: point.y, r: 7, fill: 'none', stroke: text, 'stroke-width': 2 }),
    );
  }

  function nearest(px: number, py: number): Point | undefined {
    let [found, distance]: [Point | undefined, number] = [undefined, 20 * 20];
    for (const point of points) {
      const now = (point.x - px) * (point.x - px) + (point.y - py) * (point.y - py);
      if (now < distance) [found, distance] = [point, now];
    }
    return found;
  }

  function point(found: Point | undefined): void {
    highlight(found?.row);
    mark(found?.row);
    const area = plot.area();
    if (found && state)
      plot.tooltip.show(
        found.x,
        found.y,
        area.left + area.width,
        summaryOf(state, found.row, here(found.row, state.view)),
      );
    else plot.tooltip.hide();
  }

  function here(row: Row, { scatterX, scatterY }: View): HTMLElement {
    const [across, up] = [chosen(scatterX), chosen(scatterY)];
    return h('p', {}, `${across.label} `, shown(across, row), `, ${up.label} `, shown(up, row));
  }

  plot.overlay.addEventListener('pointermove', (event) => point(nearest(...plot.at(event))));
  plot.overlay.addEventListener('pointerleave', () => point(undefined));
  plot.overlay.addEventListener('blur', () => point(undefined));
  plot.overlay.addEventListener('click', (event) => {
    const found = nearest(...plot.at(event));
    if (found) open(found.row, event.shiftKey);
  });
  plot.overlay.addEventListener('keydown', (event) => {
    const place = points.findIndex(({ row }) => row === hovered);
    const current = points[place];
    if (event.key === 'Enter' && current) open(current.row, event.shiftKey);
    else if (event.key === 'Escape') point(undefined);
    else if (event.key === 'ArrowRight' || event.key === 'ArrowDown')
      point(points[Math.min(points.length - 1, place + 1)]);
    else if (event.key === 'ArrowLeft' || event.key === 'ArrowUp') point(points[Math.max(0, place - 1)]);
    else return;
    event.preventDefault();
  });

  return { element, update, highlight: (row) => row !== hovered && mark(row) };
}

/** Between -1/2 and 1/2, evenly over successive numbers: multiples of the golden ratio. */
export function scattered(row: Row): number {
  return ((row * 0.618033988749895) % 1) - 0.5;
}

export function median(values: readonly number[]): number {
  const sorted = values.filter(Number.isFinite).sort((a, b) => a - b);
  const [low, high] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]];
  return low === undefined || high === undefined ? Number.NaN : (low + high) / 2;
}
