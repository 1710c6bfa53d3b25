// Comma-separated values, RFC 4180.
// Differs: lines end with a line feed alone. Nothing is an empty cell, the empty text is `""`.

import type { Value } from './fields.ts';

export function csvLine(values: readonly (Value | undefined)[]): string {
  return `${values.map(csvCell).join(',')}\n`;
}

/** Numbers as JavaScript writes them, which every reader reads back to the same: `0.1`, `NaN`, `-Infinity`. */
export function csvCell(value: Value | undefined): string {
  if (value === null || value === undefined) return '';
  if (typeof value !== 'string') return Object.is(value, -0) ? '-0' : String(value);
  return value === '' || /[",\r\n]|^\s|\s$/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}
