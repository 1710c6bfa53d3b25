// Nothing of foreign origin steers a terminal: 10,000 hostile strings through everything that prints.

import fc from 'fast-check';
import { expect, it, vi } from 'vitest';
import { fieldsOf } from './analysis/fields.ts';
import { groupBy } from './analysis/groups.ts';
import { type Ranked, rank, resultText, validationLoss } from './analysis/ranking.ts';
import { groupsTable, rankingTable, tableText } from './analysis/resultTable.ts';
import { quote } from './errors.ts';
import { toLiteral } from './literal.ts';
import { printable } from './printable.ts';
import { jsonLine, oneLine } from './reports/index.ts';
import { stringify } from './storage/json.ts';

/** What terminals obey, what turns or hides text, and what pages execute. */
const attacks = [
  '\u001b[2J\u001b[H',
  '\u001b]0;title\u0007',
  '\u001b]8;;http://x\u001b\\link\u001b]8;;\u001b\\',
  '\u009b31m',
  '\u0090q\u009c',
  '\r\u001b[K',
  '\b\b\b',
  '\u007f',
  '\u202e\u2066',
  '\u200b\u2060\ufeff',
  '\u2028\u2029',
  '\u0000',
  '\ud800',
  '\u{e0041}',
  '<script>alert(1)</script>',
  '`;process.exit()//',
  '%s%n%c',
  '=1+1',
];
const hostile = fc
  .array(fc.oneof(fc.constantFrom(...attacks), fc.string({ unit: 'binary', maxLength: 5 })), { maxLength: 6 })
  .map((parts) => parts.join(''));

// Written in another way than in the code: by the numbers of the characters.
const isHarmless = (text: string): boolean =>
  !/\p{Cs}/u.test(text) &&
  Array.from(text, (character) => character.codePointAt(0) ?? 0).every(
    (code) =>
      (code >= 0x20 && code < 0x7f) ||
      code === 0x0a ||
      code === 0x09 ||
      (code >= 0xa0 && !/\p{Cf}|\p{Zl}|\p{Zp}/u.test(String.fromCodePoint(code))),
  );

/** A trial in which every text is this one. */
function ranked(text: string): Ranked {
  const summary = { index: 1, directory: text, state: 'finished', step: 3, bestLoss: 0.5 } as const;
  const pars = { [text === '__proto__' ? '' : text]: text };
  const trial = { ...summary, pars, seed: 1, info: undefined, report: text, run: undefined };
  return { trial, fields: fieldsOf(trial), value: 0.5 };
}

const printers: Readonly<Record<string, (text: string) => string>> = {
  printable,
  quote,
  'a configuration': (text) => toLiteral({ [text === '__proto__' ? '' : text]: text }),
  'a report': (text) => stringify({ [`.${text}`]: [text] }, 2),
  'a line of the log': (text) => stringify({ text }),
  'the table of results': (text) => {
    const ranking = rank([ranked(text)]);
    const keys = [...ranked(text).fields.keys()];
    const groups = groupsTable(groupBy(ranking, keys), keys, ranking.criterion);
    return `${tableText(rankingTable(ranking, keys), ranking, 10)}${tableText(groups, ranking, 10)}`;
  },
  'the best result': (text) => resultText(ranked(text), validationLoss),
  oneLine: (text) => shown((print) => print(oneLine([text, 'step']), text)),
  jsonLine: (text) => shown((print) => print(jsonLine(), text)),
};

/** What a report prints of an info with a text in it. */
function shown(use: (print: (report: ReturnType<typeof oneLine>, text: string) => void) => void): string {
  const spy = vi.spyOn(console, 'error').mockImplementation(() => {});
  use((report, text) => report({ step: 1, bestLoss: 1, [text]: text }));
  const lines = spy.mock.calls.flat().join('\n');
  spy.mockRestore();
  return lines;
}

it.each(Object.entries(printers))('%s lets no terminal escape pass', (_, print) => {
  fc.assert(
    fc.property(hostile, (text) => isHarmless(print(text))),
    { numRuns: 10_000 },
  );
});

it('JSON stays JSON of the same value', () => {
  fc.assert(fc.property(hostile, (text) => JSON.parse(printable(JSON.stringify(text))) === text));
});

it('what is harmless stays as it is', () => {
  const text = 'grün, 数, 😀, a\tb\n';
  expect(printable(text)).toBe(text);
  expect(printable('\u001b[1m')).toBe('\\u001b[1m');
  console.log(`hostile strings: 10,000 through each of ${Object.keys(printers).length} printers, no escape passes`);
});
