// Parallel coordinates: an axis for each parameter that varies and one for the result; a line for each configuration.
// A stretch brushed on an axis selects the configurations that pass through it.

import { chart, cleared, shortened } from './chart.ts';
import { append, h, replace, svg } from './dom.ts';
import { summaryOf } from './label.ts';
import { grouped, plural } from './numbers.ts';
import { scattered } from './scatter.ts';
import { type Actions, type Part, type State, someOf } from './state.ts';
import type { Column, Row, Trials } from './trials.ts';

/** More would leave no room between axes. */
const MOST_AXES = 14;
/** More lines would cover each other, and take longer than a frame. */
const MOST_LINES = 1200;
/** Below an axis, where lines pass that have no value on it. */
const NONE = 26;
/** Half of the width in which an axis takes the pointer. */
const REACH = 16;

interface Axis {
  readonly column: Column;
  readonly x: number;
}

export function parallel(trials: Trials, { change, highlight, open }: Actions): Part {
  const plot = chart('Parallel coordinates', 400, () => ({ top: 56, right: 56, bottom: 20 + NONE, left: 40 }), draw);
  const note = h('p', { class: 'note' });
  const marker = svg('g', { class: 'marker' });
  const element = h(
    'section',
    { id: 'parallel' },
    h('h2', {}, 'Parallel coordinates'),
    h('div', { class: 'wide', tabindex: -1 }, plot.element),
    note,
  );
  let state: State | undefined;
  let axes: readonly Axis[] = [];
  /** What is drawn of the selected. */
  let lines: readonly Row[] = [];
  let hovered: Row | undefined;

  const isShown = ({ isNumeric, categories }: Column): boolean => isNumeric || categories.length <= 30;

  function update(next: State): void {
    state = next;
    const columns = columnsOf(next);
    plot.element.style.minWidth = `${Math.max(300, 84 * columns.length)}px`;
    const left = trials.pars.length + 1 - columns.length;
    lines = someOf(next.selected, MOST_LINES);
    replace(
      note,
      lines.length < next.selected.length &&
        `Drawn are ${grouped(lines.length)} of ${grouped(next.selected.length)}: the best, and others at equal distances in the ranking. `,
      'Drag along an axis to select, click it to clear; with the keyboard, arrows move the selection, Shift and arrows resize it, Escape clears it.',
      left > 0 && ` ${plural(left, 'parameter')} without room or with too many values are in the table only.`,
    );
    draw();
  }

  function columnsOf({ result }: State): Column[] {
    return [...trials.pars.filter(isShown).slice(0, MOST_AXES), result];
  }

  function pointOf({ column, x }: Axis, row: Row): readonly [number, number] {
    const { top, height } = plot.area();
    const place = column.scale.place(column.values[row] ?? Number.NaN);
    if (place === undefined) return [x, top + height + NONE];
    // Lines through the same category lie beside each other, the wider the more there are.
    const width = column.isNumeric ? 0 : Math.min(0.5, trials.count / 400) / column.categories.length;
    return [x, top + (1 - place - width * scattered(row)) * height];
  }

  function draw(): void {
    if (!state) return;
    const { palette, color, ranking, selected, isSelected } = state;
    const area = plot.area();
    const columns = columnsOf(state);
    const gap = area.width / Math.max(1, columns.length - 1);
    axes = columns.map((column, i) => ({ column, x: area.left + i * gap }));
    const canvas = cleared(plot, area);
    canvas.lineWidth = 1;
    canvas.strokeStyle = palette.muted;
    canvas.globalAlpha = 0.5;
    const others = selected.length < ranking.length ? ranking.filter((row) => !isSelected(row)) : [];
    for (const row of someOf(others, MOST_LINES / 2)) line(canvas, row);
    canvas.globalAlpha = Math.max(0.3, Math.min(0.9, 120 / Math.max(1, lines.length)));
    canvas.lineWidth = lines.length > 300 ? 1 : 1.5;
    // The best last, over the others.
    for (const row of lines.toReversed()) {
      canvas.strokeStyle = color(row);
      line(canvas, row);
    }
    replace(plot.overlay, ...axes.map(drawAxis), marker);
    mark(hovered);
  }

  function line(canvas: CanvasRenderingContext2D, row: Row): void {
    canvas.beginPath();
    for (const axis of axes) canvas.lineTo(...pointOf(axis, row));
    canvas.stroke();
  }

  function drawAxis(axis: Axis): SVGGElement {
    const { column, x } = axis;
    const { top, height } = plot.area();
    const brush = state?.view.brushes.get(column.key);
    const ends = brush && [brush.high, brush.low].map((value) => (1 - edge(column, value)) * height + top);
    const described = brush ? `${column.scale.format(brush.low)} to ${column.scale.format(brush.high)}` : 'all';
    const group = svg('g', {
      class: 'axis',
      tabindex: 0,
      role: 'slider',
      'data-key': column.key,
      'aria-label': `Select by ${column.label}`,
      'aria-orientation': 'vertical',
      'aria-valuetext': described,
      'aria-valuenow': brush ? brush.low : column.scale.domain[0],
    });
    append(group, [
      svg('line', { x1: x, x2: x, y1: top, y2: top + height, class: 'base' }),
      svg(
        'text',
        { x, y: top - 34, 'text-anchor': 'middle', class: 'title' },
        shortened(column.label.split('.').at(-1) ?? '', 15),
      ),
      svg(
        'text',
        { x, y: top - 19, 'text-anchor': 'middle', class: 'faint' },
        shortened(column.label.split('.').slice(0, -1).join('.'), 15),
      ),
    ]);
    if (trials.rows.some((row) => column.scale.place(column.values[row] ?? Number.NaN) === undefined)) {
      append(group, [svg('text', { x, y: top + height + NONE + 14, 'text-anchor': 'middle', class: 'faint' }, 'none')]);
    }
    for (const tick of column.scale.ticks(Math.floor(height / 46))) {
      const y = top + (1 - (column.scale.place(tick) ?? 0)) * height;
      append(group, [
        svg('line', { x1: x - 3, x2: x + 3, y1: y, y2: y, class: 'base' }),
        svg('text', { x: x + 7, y, dy: '0.32em', class: 'halo' }, shortened(column.scale.format(tick), 11)),
      ]);
    }
    if (ends) {
      const [from = 0, to = 0] = ends;
      append(group, [
        svg('rect', { class: 'brush', x: x - 7, width: 14, y: from, height: Math.max(2, to - from), rx: 2 }),
      ]);
    }
    const reach = svg('rect', { class: 'reach', x: x - REACH, width: 2 * REACH, y: top - 8, height: height + 16 });
    append(group, [reach, svg('title', {}, `${column.label}: ${described}`)]);
    reach.addEventListener('pointerdown', (event) => drag(axis, event));
    group.addEventListener('keydown', (event) => steer(axis, event));
    return group;
  }

  /** Where a brush's end lies, which may be beyond the values, as 0 on a logarithmic axis. */
  function edge({ scale }: Column, value: number): number {
    const place = scale.place(value) ?? (value <= scale.domain[0] ? 0 : 1);
    return Math.min(1, Math.max(0, place));
  }

  function brushTo({ key, scale }: Column, low: number, high: number): void {
    const brushes = new Map(state?.view.brushes);
    // At the end of an axis its outermost values belong to the stretch, however they were rounded.
    const end = (place: number): number =>
      place <= 0 ? scale.domain[0] : place >= 1 ? scale.domain[1] : Number(scale.value(place).toPrecision(4));
    brushes.set(key, { low: end(low), high: end(high) });
    change({ brushes });
  }

  function clear({ key }: Column): void {
    const brushes = new Map(state?.view.brushes);
    brushes.delete(key);
    change({ brushes });
  }

  function drag({ column }: Axis, event: PointerEvent): void {
    event.preventDefault();
    const placeOf = (event: MouseEvent): number => {
      const { top, height } = plot.area();
      return Math.min(1, Math.max(0, 1 - (plot.at(event)[1] - top) / height));
    };
    const start = placeOf(event);
    let isMoved = false;
    const move = (event: PointerEvent): void => {
      const now = placeOf(event);
      isMoved ||= Math.abs(now - start) > 0.01;
      if (isMoved) brushTo(column, Math.min(start, now), Math.max(start, now));
    };
    const end = (): void => {
      removeEventListener('pointermove', move);
      removeEventListener('pointerup', end);
      if (!isMoved) clear(column);
    };
    addEventListener('pointermove', move);
    addEventListener('pointerup', end);
  }

  function steer({ column }: Axis, event: KeyboardEvent): void {
    const brush = state?.view.brushes.get(column.key);
    const by = 0.05 * (event.key === 'ArrowUp' ? 1 : event.key === 'ArrowDown' ? -1 : 0);
    if (event.key === 'Escape') clear(column);
    else if (by === 0) return;
    else {
      const [low, high] = brush ? [edge(column, brush.low), edge(column, brush.high)] : [0.4, 0.6];
      const width = high - low;
      const to = Math.min(1, Math.max(event.shiftKey ? low + 0.02 : width, high + by));
      brushTo(column, event.shiftKey ? low : to - width, to);
    }
    event.preventDefault();
    // The axis is drawn anew, and keeps the focus.
    requestAnimationFrame(() => {
      for (const axis of plot.overlay.querySelectorAll<SVGGElement>('.axis')) {
        if (axis.dataset.key === column.key) axis.focus();
      }
    });
  }

  function mark(row: Row | undefined): void {
    hovered = row;
    replace(marker);
    if (row === undefined || !state) return;
    const d = `M${axes
      .map((axis) =>
        pointOf(axis, row)
          .map((at) => at.toFixed(1))
          .join(','),
      )
      .join('L')}`;
    const { text, ground } = state.palette;
    replace(
      marker,
      svg('path', { d, fill: 'none', stroke: ground, 'stroke-width': 5 }),
      svg('path', { d, fill: 'none', stroke: text, 'stroke-width': 2 }),
    );
  }

  function nearest([px, py]: readonly [number, number]): Row | undefined {
    const i = axes.findIndex(({ x }) => x >= px);
    const [before, after] = [axes[i - 1], axes[i]];
    if (!before || !after || !state) return undefined;
    const share = (px - before.x) / (after.x - before.x);
    let [found, distance]: [Row | undefined, number] = [undefined, 12];
    for (const row of lines) {
      const [from, to] = [pointOf(before, row)[1], pointOf(after, row)[1]];
      const now = Math.abs(from + share * (to - from) - py);
      if (now < distance) [found, distance] = [row, now];
    }
    return found;
  }

  plot.overlay.addEventListener('pointermove', (event) => {
    const [px, py] = plot.at(event);
    const row = event.buttons === 0 ? nearest([px, py]) : undefined;
    highlight(row);
    mark(row);
    if (row !== undefined && state) {
      plot.tooltip.show(px, py, plot.element.clientWidth, summaryOf(state, row));
    } else plot.tooltip.hide();
  });
  plot.overlay.addEventListener('pointerleave', () => {
    highlight(undefined);
    mark(undefined);
    plot.tooltip.hide();
  });
  plot.overlay.addEventListener('click', (event) => {
    const isOnAxis = event.target instanceof SVGElement && event.target.classList.contains('reach');
    const row = isOnAxis ? undefined : nearest(plot.at(event));
    if (row !== undefined) open(row, event.shiftKey);
  });

  return { element, update, highlight: (row) => row !== hovered && mark(row) };
}
