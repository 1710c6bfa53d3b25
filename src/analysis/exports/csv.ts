// Comma-separated values, RFC 4180, with a row of names first.
// Differs: lines end with a line feed alone. Nothing is an empty cell, the empty text is `""`.

import { csvCell } from '../csv.ts';
import { encodeLines, type Format } from './format.ts';

export const csv: Format = {
  ending: 'csv',
  *table({ rows, columns }) {
    yield* encodeLines([columns.map(({ name }) => csvCell(name)).join(',')]);
    function* lines(): Generator<string> {
      for (let row = 0; row < rows; row++) yield columns.map(({ values }) => csvCell(values[row] ?? null)).join(',');
    }
    yield* encodeLines(lines());
  },
};
