// Comma-separated values, RFC 4180, with a row of names first.
// Differs: lines end with a line feed alone. Nothing is an empty cell, the empty text is `""`.

import { encodeLines, type Format } from './format.ts';

export const csv: Format = {
  ending: 'csv',
  *table({ rows, columns }) {
    yield* encodeLines([columns.map(({ name }) => cell(name)).join(',')]);
    function* lines(): Generator<string> {
      for (let row = 0; row < rows; row++) yield columns.map(({ values }) => cell(values[row] ?? null)).join(',');
    }
    yield* encodeLines(lines());
  },
};

/** Numbers as JavaScript writes them, which every reader reads back to the same: `0.1`, `NaN`, `-Infinity`. */
function cell(value: number | boolean | string | null): string {
  if (value === null) return '';
  if (typeof value !== 'string') return Object.is(value, -0) ? '-0' : String(value);
  return value === '' || /[",\r\n]|^\s|\s$/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}
