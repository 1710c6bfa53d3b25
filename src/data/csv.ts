// Reads comma-separated values: RFC 4180, with LF or CRLF at the ends of lines, another delimiter if asked for, and
// nothing guessed: every column has a type, and what does not fit it is refused with its line.
//
// Differs from packages for this: they neither know the line of a field nor refuse what is malformed.

import { settle, show } from '../catalogue.ts';
import { quote, UserError } from '../errors.ts';
import { checkTensors, rowCount, rowSize, type Tensor, tensor } from './tensor.ts';

/**
 * `'number'` float32, `'integer'` int32, `'text'` strings; a list of texts stands for classes: its first text is class 0,
 * and so on.
 */
export type ColumnType = 'number' | 'integer' | 'text' | readonly string[];

export interface CsvOptions<Columns extends Readonly<Record<string, ColumnType>>> {
  /** What is read, by the names in the header; other columns are left out. Without a header: all columns, in order. */
  readonly columns: Columns;
  /** Whether the first line has the names of the columns. Default true. */
  readonly header?: boolean;
  /** One character. Default ','. */
  readonly delimiter?: string;
}

/** One list or tensor[n] for each column. */
export type Table<Columns extends Readonly<Record<string, ColumnType>>> = {
  -readonly [Name in keyof Columns]: Columns[Name] extends 'number'
    ? Tensor<Float32Array>
    : Columns[Name] extends 'text'
      ? string[]
      : Tensor<Int32Array>;
};

interface Row {
  /** Where it begins, counted from 1. */
  readonly line: number;
  readonly fields: readonly string[];
}

/**
 * The columns of a text of comma-separated values, typed as asked for:
 * `readCsv(text, { columns: { area: 'number', rooms: 'integer', kind: ['flat', 'house'] } })`.
 *
 * @throws UserError naming the line and the column: on a missing value, on one that is not of the column's type, on a row
 * with another number of fields than the first, and on quotes that are not those of RFC 4180
 */
export function readCsv<const Columns extends Readonly<Record<string, ColumnType>>>(
  text: string,
  options: CsvOptions<Columns>,
): Table<Columns>;
export function readCsv(
  text: string,
  options: CsvOptions<Readonly<Record<string, ColumnType>>>,
): Record<string, string[] | Tensor> {
  if (typeof text !== 'string') {
    throw new UserError(`readCsv: expected a text, got ${show(text)}; of a file, what readFile(path, 'utf8') gives`);
  }
  const complain = (message: string): UserError => new UserError(message);
  const defaults = { header: true, delimiter: ',' };
  const { columns, header, delimiter } = settle('readCsv', options, defaults, ['columns'], complain);
  checkColumns(columns);
  if (!/^[^"\r\n]$/u.test(delimiter)) {
    throw new UserError(`readCsv: the delimiter must be one character and no quote, got ${JSON.stringify(delimiter)}`);
  }
  const [first, ...others] = parseRows(text, delimiter);
  if (first === undefined) throw new UserError('readCsv: the text is empty');
  const names = header ? first.fields : Object.keys(columns);
  const rows = header ? others : [first, ...others];
  for (const { line, fields } of rows) {
    if (fields.length !== names.length) {
      throw new UserError(`readCsv: line ${line} must have ${names.length} fields, got ${fields.length}`);
    }
  }
  return Object.fromEntries(
    Object.entries(columns).map(([name, type]) => [name, readColumn(rows, positionOf(name, names), name, type)]),
  );
}

function checkColumns(columns: unknown): void {
  if (typeof columns !== 'object' || columns === null || Array.isArray(columns)) {
    throw new UserError(
      `readCsv: columns must be an object of names and types, got ${show(columns)}; write { area: 'number' }`,
    );
  }
  for (const [name, type] of Object.entries<unknown>({ ...columns })) {
    const areClasses = Array.isArray(type) && type.length > 0 && type.every((text) => typeof text === 'string');
    if (!areClasses && type !== 'number' && type !== 'integer' && type !== 'text') {
      throw new UserError(
        `readCsv: the type of column '${quote(name)}' must be 'number', 'integer', 'text' or a list of texts, got ${show(type)}`,
      );
    }
  }
}

/** Columns[n] or [n, k] of equally many rows side by side, as float32 [n, sum of k]: the inputs of a model. */
export function columnStack(columns: readonly Tensor[]): Tensor<Float32Array> {
  checkTensors('columnStack', columns);
  const [rows = 0, ...others] = columns.map(rowCount);
  if (columns.length === 0 || others.some((other) => other !== rows)) {
    throw new Error(`columnStack: the columns must have equally many rows, got ${[rows, ...others].join(', ')}`);
  }
  const widths = columns.map(rowSize);
  const width = widths.reduce((sum, k) => sum + k, 0);
  const stacked = new Float32Array(rows * width);
  let start = 0;
  for (const [i, { data }] of columns.entries()) {
    const k = widths[i] ?? 0;
    data.forEach((value: number, at: number) => {
      stacked[Math.floor(at / k) * width + start + (at % k)] = value;
    });
    start += k;
  }
  return tensor(stacked, [rows, width]);
}

/** One row after the other; a line break within quotes belongs to the field. */
function* parseRows(text: string, delimiter: string): Generator<Row> {
  // Searched for, not matched with what is before it: a long field must not exhaust the stack of the regular expression.
  const special = new RegExp(`[${delimiter.replace(/[\\\]^-]/, '\\$&')}"\\r\\n]`, 'g');
  let at = text.startsWith('\ufeff') ? 1 : 0;
  let nextLine = 1;
  while (at < text.length) {
    const line = nextLine;
    const fields: string[] = [];
    for (let isLast = false; !isLast; ) {
      const begin = at;
      if (text[at] === '"') {
        at = closingQuote(text, at, nextLine) + 1;
        const field = text.slice(begin + 1, at - 1);
        fields.push(field.replaceAll('""', '"'));
        nextLine += field.split('\n').length - 1;
      } else {
        special.lastIndex = at;
        at = special.exec(text)?.index ?? text.length;
        fields.push(text.slice(begin, at));
      }
      isLast = text[at] !== delimiter;
      if (!isLast) at++;
    }
    const ending = text.startsWith('\r\n', at) ? 2 : text[at] === '\n' || at === text.length ? 1 : 0;
    if (ending === 0) {
      throw new UserError(
        `readCsv: line ${nextLine}: a field with quotes or line breaks must stand in quotes, and each of its quotes twice, ` +
          `got '${quote(`${fields.at(-1)}${text.slice(at, at + 20)}`)}'`,
      );
    }
    at += ending;
    nextLine++;
    yield { line, fields };
  }
}

/** Where the field ends that begins with a quote at `begin`; two quotes in a row are one of the field's own. */
function closingQuote(text: string, begin: number, line: number): number {
  for (let at = begin + 1; ; at += 2) {
    at = text.indexOf('"', at);
    if (at < 0) throw new UserError(`readCsv: line ${line}: the quote that begins here is never closed`);
    if (text[at + 1] !== '"') return at;
  }
}

function positionOf(name: string, names: readonly string[]): number {
  const position = names.indexOf(name);
  if (position < 0)
    throw new UserError(`readCsv: there is no column '${name}', the header has ${names.map(quote).join(', ')}`);
  if (names.indexOf(name, position + 1) >= 0)
    throw new UserError(`readCsv: there are two columns '${name}'; rename one`);
  return position;
}

function readColumn(rows: readonly Row[], position: number, name: string, type: ColumnType): string[] | Tensor {
  const read = <T>(convert: (field: string) => T | undefined, expected: string): T[] =>
    rows.map(({ line, fields }) => {
      const field = fields[position] ?? '';
      const value = field === '' ? undefined : convert(field);
      if (value !== undefined) return value;
      const got = field === '' ? 'nothing' : `'${quote(field)}'`;
      throw new UserError(`readCsv: line ${line}, column '${name}': expected ${expected}, got ${got}`);
    });
  if (type === 'text') return read((field) => field, 'a text');
  if (type === 'number') return tensor(Float32Array.from(read(finite, 'a number')));
  if (type === 'integer') return tensor(Int32Array.from(read(integer, 'a whole number of at most 32 bits')));
  const classes = new Map(type.map((text, i) => [text, i]));
  return tensor(Int32Array.from(read((field) => classes.get(field), `one of ${type.join(', ')}`)));
}

/** A decimal number that float32 can hold, spaces around it allowed. */
function finite(field: string): number | undefined {
  if (!/^\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?\s*$/i.test(field)) return undefined;
  const value = Number(field);
  return Number.isFinite(Math.fround(value)) ? value : undefined;
}

function integer(field: string): number | undefined {
  const value = finite(field);
  return value !== undefined && (value | 0) === value ? value : undefined;
}
