// Colours of marks, for both schemes. Categories are told apart by Okabe and Ito's palette (jfly.uni-koeln.de/color, 2008);
// ramps rise steadily in lightness, so that they are read without colour, too. What is best stands out from the ground.

import type { Column, Row } from './trials.ts';

export interface Palette {
  /** From what recedes to what stands out. */
  readonly ramp: readonly string[];
  /** From the most negative over nothing to the most positive. */
  readonly diverging: readonly string[];
  /** From nothing to the most. */
  readonly ink: readonly string[];
  readonly categories: readonly string[];
  readonly muted: string;
  readonly text: string;
  readonly ground: string;
  readonly line: string;
}

export const light: Palette = {
  ramp: ['#d8dbc4', '#a5d0a8', '#58b3b0', '#2c86b4', '#27549b', '#1f2a6b'],
  diverging: ['#8c3b00', '#e08a3c', '#f7e3cf', '#f7f7f5', '#d3e3f3', '#4a90cc', '#0a3f7d'],
  ink: ['#f7f7f5', '#c3cfdc', '#7d9cbd', '#3a6799', '#122f5c'],
  categories: ['#0072b2', '#d98c00', '#009e73', '#c2629b', '#d55e00', '#4aa8dd', '#8f8100', '#555555'],
  muted: '#dcdcd8',
  text: '#1c1d1f',
  ground: '#ffffff',
  line: '#e4e4e0',
};

export const dark: Palette = {
  ramp: ['#2c3946', '#2b5b73', '#2a8082', '#46a777', '#9cc95a', '#f3e36b'],
  diverging: ['#ffb36b', '#c46a1c', '#5a3a20', '#202327', '#22405f', '#3f82c2', '#9fd0ff'],
  ink: ['#202327', '#2f4660', '#43709f', '#6ea5d9', '#cbe5ff'],
  categories: ['#4aa8e8', '#e8a838', '#2fc49a', '#dd8cbd', '#f0813f', '#86cbf2', '#d8cb4a', '#a8a8a8'],
  muted: '#2e3237',
  text: '#e8e8e4',
  ground: '#15171a',
  line: '#2b2f34',
};

/** Between the colours of a ramp, `at` from 0 to 1. */
export function between(ramp: readonly string[], at: number): string {
  const place = Math.min(1, Math.max(0, at)) * (ramp.length - 1);
  const [from, to] = [Math.floor(place), Math.ceil(place)].map((i) => channels(ramp[i] ?? '#000000'));
  const share = place - Math.floor(place);
  return `rgb(${from?.map((channel, i) => Math.round(channel + share * ((to?.[i] ?? 0) - channel))).join(' ')})`;
}

export function channels(color: string): [red: number, green: number, blue: number] {
  const number = Number.parseInt(color.slice(1), 16);
  return [number >> 16, (number >> 8) & 255, number & 255];
}

const STEPS = 64;

/**
 * The colour of each configuration by a column.
 *
 * @param standing from 0 for the worst to 1 for the best, where the column is what configurations are compared by
 */
export function coloring(palette: Palette, column: Column, standing?: (row: Row) => number): (row: Row) => string {
  if (!column.isNumeric) {
    const { categories, muted } = palette;
    const others = categories.length - 1;
    return (row) => {
      const place = column.values[row] ?? Number.NaN;
      return Number.isNaN(place) ? muted : (categories[Math.min(place, others)] ?? muted);
    };
  }
  const ramp = Array.from({ length: STEPS }, (_, i) => between(palette.ramp, i / (STEPS - 1)));
  const place = standing ?? ((row: Row) => column.scale.place(column.values[row] ?? Number.NaN) ?? Number.NaN);
  return (row) => ramp[Math.round(Math.min(1, Math.max(0, place(row))) * (STEPS - 1))] ?? palette.muted;
}
