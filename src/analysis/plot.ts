// Curves in a terminal, drawn with characters: axes with round numbers, logarithmic where values span decades.

import { log } from '../machine/scalar.ts';

export interface Series {
  readonly name: string;
  /** x and y, ascending in x. What is not finite is left out. */
  readonly points: readonly (readonly [x: number, y: number])[];
}

export interface Size {
  /** Characters, labels included. */
  readonly width: number;
  /** Lines of the area between the axes. */
  readonly height: number;
}

/** y is logarithmic if all of it is positive and the largest is so many times the smallest. */
const LOGARITHMIC_FROM = 100;

/** The first series is a line, others are dots, each of its own. */
const DOTS = ['·', '∘', '×', '+'];

/**
 * Lines of text: a legend, the area with its labels to the left, the axis of x below. No lines if nothing is finite. Where
 * several points fall into one column, it shows their mean (on the scale of the axis).
 *
 * @param xName what x is
 */
export function plot(series: readonly Series[], xName: string, { width, height }: Size): string[] {
  const finite = series.map(({ name, points }) => ({
    name,
    points: points.filter((point) => point.every(Number.isFinite)),
  }));
  const all = finite.flatMap(({ points }) => points);
  if (all.length === 0) return [];
  const [xLow, xHigh] = range(all.map(([x]) => x));
  const [yLow, yHigh] = range(all.map(([, y]) => y));
  const scale = yLow > 0 && yHigh / yLow >= LOGARITHMIC_FROM ? logarithmic : linear;
  const [low, high] = padded(scale.to(yLow), scale.to(yHigh));
  const rowOf = (scaled: number): number => Math.round(((high - scaled) / (high - low)) * (height - 1));
  const labels = new Map(scale.ticks(low, high, height).map((tick) => [rowOf(scale.to(tick)), scale.show(tick)]));
  const margin = Math.max(...[...labels.values()].map((label) => label.length));
  const columns = Math.max(2, width - margin - 2);

  const area = Array.from({ length: height }, () => Array<string>(columns).fill(' '));
  const columnOf = (x: number): number =>
    xHigh === xLow ? 0 : Math.round(((x - xLow) / (xHigh - xLow)) * (columns - 1));
  // The line comes last, over the dots.
  for (const [i, { points }] of [...finite.entries()].reverse()) {
    const scaled = points.map(([x, y]) => [columnOf(x), scale.to(y)] as const);
    const rows = resampled(scaled, columns).map((y) => (y === undefined ? undefined : rowOf(y)));
    if (i === 0) drawLine(area, rows);
    else drawDots(area, rows, DOTS[(i - 1) % DOTS.length] ?? '·');
  }
  const legend = finite
    .map(({ name }, i) => `${i === 0 ? '──' : DOTS[(i - 1) % DOTS.length]?.repeat(2)} ${name}`)
    .join('   ');
  return [
    `${' '.repeat(margin + 2)}${legend}`,
    ...area.map((cells, row) => {
      const label = labels.get(row);
      return `${(label ?? '').padStart(margin)} ${label === undefined ? '│' : '┤'}${cells.join('')}`.trimEnd();
    }),
    `${' '.repeat(margin)} └${'─'.repeat(columns)}`,
    ' '.repeat(margin + 2) + xLabels(xLow, xHigh, xName, columns),
  ];
}

interface Scale {
  readonly to: (y: number) => number;
  /** Round numbers between two scaled values, at most about one for every second row. */
  readonly ticks: (low: number, high: number, rows: number) => number[];
  readonly show: (tick: number) => string;
}

const linear: Scale = {
  to: (y) => y,
  ticks(low, high, rows) {
    const step = roundStep(2 * (high / rows - low / rows));
    const [first, last] = [Math.ceil(low / step), Math.floor(high / step)];
    // Of few rows there may be none.
    if (last < first) return [low, high];
    return Array.from({ length: last - first + 1 }, (_, i) => (first + i) * step);
  },
  show: showShort,
};

const logarithmic: Scale = {
  to: (y) => log(y) / log(10),
  ticks(low, high, rows) {
    const every = Math.max(1, Math.min(Math.floor(high - low), Math.ceil((high - low) / (rows / 2))));
    const [first, last] = [Math.ceil(low / every), Math.floor(high / every)];
    return Array.from({ length: last - first + 1 }, (_, i) => Number(`1e${(first + i) * every}`));
  },
  show: (power) => power.toExponential(0).replace('+', ''),
};

/** The smallest of 1, 2, 5 times a power of ten that is not less. */
function roundStep(least: number): number {
  const power = Math.floor(log(least) / log(10));
  const steps = [1, 2, 5, 10].map((digit) => Number(`${digit}e${power}`));
  return steps.find((step) => step >= least) ?? Number(`2e${power + 1}`);
}

/** A range that is not empty, so that a constant lies in its middle. */
function padded(low: number, high: number): [number, number] {
  if (high > low) return [low, high];
  const margin = Math.abs(low) / 2 || 1;
  return [low - margin, high + margin];
}

function range(values: readonly number[]): [number, number] {
  return values.reduce<[number, number]>(
    ([low, high], value) => [Math.min(low, value), Math.max(high, value)],
    [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
  );
}

/** One value for every column between the first and the last point: the mean of those in it, else what lies between. */
function resampled(points: readonly (readonly [column: number, y: number])[], columns: number): (number | undefined)[] {
  const sums = Array.from({ length: columns }, () => ({ sum: 0, count: 0 }));
  for (const [column, y] of points) {
    const cell = sums[column];
    if (!cell) continue;
    cell.sum += y;
    cell.count++;
  }
  const means = sums.map(({ sum, count }) => (count > 0 ? sum / count : undefined));
  const filled = means.flatMap((mean, column) => (mean === undefined ? [] : column));
  for (const [i, left] of filled.entries()) {
    const right = filled[i + 1];
    const [from, to] = [means[left], right === undefined ? undefined : means[right]];
    if (right === undefined || from === undefined || to === undefined) continue;
    for (let column = left + 1; column < right; column++) {
      means[column] = from + ((to - from) * (column - left)) / (right - left);
    }
  }
  return means;
}

function drawDots(area: string[][], rows: readonly (number | undefined)[], dot: string): void {
  for (const [column, row] of rows.entries()) put(area, row, column, dot);
}

/** Corners where it goes from one row to another, as pen on paper. */
function drawLine(area: string[][], rows: readonly (number | undefined)[]): void {
  for (const [column, row] of rows.entries()) {
    const before = rows[column - 1] ?? row;
    if (row === undefined || before === undefined) continue;
    if (row === before) {
      put(area, row, column, '─');
      continue;
    }
    const falls = row > before;
    put(area, before, column, falls ? '╮' : '╯');
    put(area, row, column, falls ? '╰' : '╭');
    for (let between = Math.min(row, before) + 1; between < Math.max(row, before); between++)
      put(area, between, column, '│');
  }
}

function put(area: string[][], row: number | undefined, column: number, sign: string): void {
  const cells = row === undefined ? undefined : area[row];
  if (cells) cells[column] = sign;
}

/** The ends of the axis of x, and what it is in between. */
function xLabels(low: number, high: number, name: string, columns: number): string {
  const [left, right] = [showShort(low), showShort(high)];
  const middle = Math.max(0, columns - left.length - right.length);
  const before = Math.max(1, Math.floor((middle - name.length) / 2));
  return `${left}${' '.repeat(before)}${name}${' '.repeat(Math.max(1, middle - name.length - before))}${right}`;
}

/** Four significant digits, without zeros at their end. */
function showShort(value: number): string {
  const size = Math.abs(value);
  if (value === 0 || (size >= 1e-3 && size < 1e6)) return String(Number(value.toPrecision(4)));
  return value
    .toExponential(3)
    .replace(/\.?0+e/, 'e')
    .replace('+', '');
}
