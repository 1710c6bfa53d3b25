// JSON lines: an object for each row, without what it has no value for. NaN and ±Infinity, which JSON does not know, are
// texts as in the logs.

import { stringify } from '../../storage/json.ts';
import { encodeLines, type Format } from './format.ts';

export const jsonl: Format = {
  ending: 'jsonl',
  *table({ rows, columns }) {
    function* lines(): Generator<string> {
      for (let row = 0; row < rows; row++) {
        const fields = columns.map(({ name, values }) => [name, values[row] ?? null] as const);
        yield stringify(Object.fromEntries(fields.filter(([, value]) => value !== null)));
      }
    }
    yield* encodeLines(lines());
  },
};
