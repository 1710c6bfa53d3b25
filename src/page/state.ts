// What all parts of the page draw from: the trials, the view, and what follows from both.

import { coloring, type Palette } from './colors.ts';
import { filterOf } from './filter.ts';
import type { Column, Row, Trials } from './trials.ts';
import type { Brush, View } from './view.ts';

export interface State {
  readonly trials: Trials;
  readonly view: View;
  readonly palette: Palette;
  readonly result: Column;
  readonly colorColumn: Column;
  /** All configurations from the best to the worst; those without result last. */
  readonly ranking: readonly Row[];
  /** Those that pass filter and brushes, in the same order. */
  readonly selected: readonly Row[];
  readonly isSelected: (row: Row) => boolean;
  readonly color: (row: Row) => string;
  /** What is wrong with the filter. */
  readonly filterError: string | undefined;
}

/** What parts may do. */
export interface Actions {
  readonly change: (changes: Partial<View>) => void;
  /** The pointer is over a configuration, or over none: every part shows where it is. */
  readonly highlight: (row: Row | undefined) => void;
  /** Shows a configuration whole; beside others with `add`. */
  readonly open: (row: Row, add?: boolean) => void;
}

export interface Part {
  readonly element: HTMLElement;
  readonly update: (state: State) => void;
  readonly highlight?: (row: Row | undefined) => void;
}

export function stateOf(trials: Trials, view: View, palette: Palette): State {
  const [result, colorColumn] = [view.result, view.color].map(
    (key) => trials.column(key) ?? trials.results[0] ?? trials.states,
  );
  if (!result || !colorColumn) throw new Error('the page has no columns');
  const ranking = ranked(trials, result, view.larger);
  const rank = new Int32Array(trials.count);
  ranking.forEach((row, i) => {
    rank[row] = i;
  });
  const withResult = ranking.filter((row) => Number.isFinite(result.values[row])).length;
  const standing = (row: Row): number =>
    Number.isFinite(result.values[row]) ? 1 - (rank[row] ?? 0) / Math.max(1, withResult - 1) : Number.NaN;
  const { passes, error } = filterOf(view.filter, trials);
  const brushed = [...view.brushes].flatMap(([key, brush]) => {
    const column = trials.column(key);
    return column ? [(row: Row) => isWithin(column, row, brush)] : [];
  });
  const selected = ranking.filter((row) => passes(row) && brushed.every((isIn) => isIn(row)));
  const selection = new Set(selected);
  return {
    trials,
    view,
    palette,
    result,
    colorColumn,
    ranking,
    selected,
    isSelected: (row) => selection.has(row),
    color: coloring(palette, colorColumn, colorColumn === result ? standing : undefined),
    filterError: error,
  };
}

function isWithin({ values }: Column, row: Row, { low, high }: Brush): boolean {
  const value = values[row] ?? Number.NaN;
  return value >= low && value <= high;
}

function ranked({ rows }: Trials, { values }: Column, larger: boolean): Row[] {
  const key = (row: Row): number => {
    const value = values[row] ?? Number.NaN;
    return Number.isFinite(value) ? (larger ? -value : value) : Number.POSITIVE_INFINITY;
  };
  return [...rows].sort((a, b) => key(a) - key(b) || a - b);
}

/** At most `most` of the rows, in their order: the first half of them, and others at equal distances. */
export function someOf(rows: readonly Row[], most: number): readonly Row[] {
  if (rows.length <= most) return rows;
  const first = Math.floor(most / 2);
  const every = (rows.length - first) / (most - first);
  return [
    ...rows.slice(0, first),
    ...Array.from({ length: most - first }, (_, i) => rows[first + Math.floor(i * every)] ?? 0),
  ];
}
