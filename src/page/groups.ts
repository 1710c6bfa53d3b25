// Configurations that agree in parameters, as those do that differ in their seed alone.

import type { Column, Row } from './trials.ts';

export interface Group {
  readonly rows: readonly Row[];
  /** Of the finite results. */
  readonly mean: number;
  /** Standard deviation of the sample, by n − 1; NaN of a single one. */
  readonly spread: number;
  readonly smallest: number;
  readonly largest: number;
}

/** In the order in which they come up. */
export function groupsOf(rows: readonly Row[], by: readonly Column[], { values }: Column): Group[] {
  const found = new Map<string, Row[]>();
  for (const row of rows) {
    const key = JSON.stringify(by.map((column) => column.text(row)));
    const members = found.get(key);
    if (members) members.push(row);
    else found.set(key, [row]);
  }
  return [...found.values()].map((rows) => {
    const results = rows.map((row) => values[row] ?? Number.NaN).filter(Number.isFinite);
    const mean = results.reduce((sum, result) => sum + result, 0) / results.length;
    const squares = results.reduce((sum, result) => sum + (result - mean) * (result - mean), 0);
    return {
      rows,
      mean,
      spread: results.length > 1 ? Math.sqrt(squares / (results.length - 1)) : Number.NaN,
      smallest: results.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY),
      largest: results.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY),
    };
  });
}
