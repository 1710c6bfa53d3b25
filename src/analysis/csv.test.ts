// Comma-separated values come back as they were.

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { csvLine } from './csv.ts';

/** One record of RFC 4180, read sign by sign. */
function cells(line: string): string[] {
  const found: string[] = [];
  let [cell, quoted] = ['', false];
  for (let i = 0; i < line.length; i++) {
    const sign = line[i];
    if (sign === '"' && quoted && line[i + 1] === '"') cell += line[++i];
    else if (sign === '"') quoted = !quoted;
    else if (!quoted && (sign === ',' || i === line.length - 1)) {
      found.push(cell);
      cell = '';
    } else cell += sign;
  }
  return found;
}

it('reads back to every text and every number', () => {
  expect(csvLine([1, null, undefined, -0, Number.NaN, true, '', 'a b', 'a,"b"\n', ' c'])).toBe(
    '1,,,-0,NaN,true,"",a b,"a,""b""\n"," c"\n',
  );
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.string(), fc.double()), { minLength: 1 }), (values) => {
      const read = cells(csvLine(values));
      expect(read.map((text, i) => (typeof values[i] === 'number' ? Number(text) : text))).toEqual(values);
    }),
  );
});
