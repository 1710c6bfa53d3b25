// The configurations as the page's parts see them: columns of one type each, made of the contents once.

import type { CurveContents, DetailContents, ReportContents, Value } from '../analysis/report/contents.ts';
import { categorical, type Scale, scaleOver } from './scale.ts';

/** Place of a configuration in the columns; its index is what people call it by. */
export type Row = number;

export interface Column {
  readonly key: string;
  readonly label: string;
  readonly kind: 'par' | 'result' | 'fact';
  /** The numbers; of texts their places among the categories. NaN where there is none. */
  readonly values: Float64Array;
  /** What is written in a table; '' where it is missing. */
  readonly text: (row: Row) => string;
  /** What the file says: NaN and ±Infinity are numbers here. */
  readonly value: (row: Row) => Value;
  readonly isMissing: (row: Row) => boolean;
  /** Whether all that is there are numbers. */
  readonly isNumeric: boolean;
  /** The different texts in their natural order, where they are no numbers. */
  readonly categories: readonly string[];
  /** Of all its values. */
  readonly scale: Scale;
}

export interface Trials {
  readonly contents: ReportContents;
  readonly count: number;
  readonly rows: readonly Row[];
  readonly columns: readonly Column[];
  readonly pars: readonly Column[];
  /** Numeric ones. */
  readonly results: readonly Column[];
  readonly indices: Float64Array;
  readonly column: (key: string) => Column | undefined;
  readonly rowOf: (index: number) => Row | undefined;
  readonly curve: (row: Row) => CurveContents | undefined;
  readonly detail: (row: Row) => DetailContents | undefined;
  readonly states: Column;
}

const nonFinite: ReadonlyMap<Value, number> = new Map([
  ['NaN', Number.NaN],
  ['Infinity', Number.POSITIVE_INFINITY],
  ['-Infinity', Number.NEGATIVE_INFINITY],
]);

/** The number that a file's JSON means, or undefined. */
export function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' ? value : typeof value === 'string' ? nonFinite.get(value) : undefined;
}

const natural = new Intl.Collator('en', { numeric: true });

function columnOf({ key, kind, values }: ReportContents['columns'][number]): Column {
  const numbers = Float64Array.from(values, (value) => numberOf(value) ?? Number.NaN);
  const isNumeric = values.every((value) => value === null || numberOf(value) !== undefined);
  const text = (row: Row): string => {
    const value = values[row] ?? null;
    return value === null ? '' : String(value);
  };
  const categories = isNumeric ? [] : [...new Set(values.map((_, row) => text(row)))].filter(Boolean);
  categories.sort(natural.compare);
  const places = new Map(categories.map((category, i) => [category, i]));
  const found = isNumeric ? numbers : numbers.map((_, row) => places.get(text(row)) ?? Number.NaN);
  return {
    key,
    label: key.replace(/^(pars|report)\./, ''),
    kind,
    values: found,
    text,
    value: (row) => numberOf(values[row]) ?? values[row] ?? null,
    isMissing: (row) => (values[row] ?? null) === null,
    isNumeric,
    categories,
    scale: isNumeric ? scaleOver(found) : categorical(categories),
  };
}

export function trialsOf(contents: ReportContents): Trials {
  const columns = contents.columns.map(columnOf);
  const byKey = new Map(columns.map((column) => [column.key, column]));
  const [indices, states] = ['index', 'state'].map((key) => byKey.get(key));
  if (!indices || !states) throw new Error('the page has no column of indices or states');
  const rows = Array.from(indices.values, (_, row) => row);
  const rowOf = new Map(rows.map((row) => [indices.values[row] ?? 0, row]));
  const curves = new Map(contents.curves.map((curve) => [curve.row, curve]));
  const details = new Map(contents.details.map((detail) => [detail.row, detail]));
  return {
    contents,
    count: rows.length,
    rows,
    columns,
    pars: columns.filter(({ kind }) => kind === 'par'),
    results: columns.filter(({ kind, isNumeric }) => kind === 'result' && isNumeric),
    indices: indices.values,
    column: (key) => byKey.get(key),
    rowOf: (index) => rowOf.get(index),
    curve: (row) => curves.get(row),
    detail: (row) => details.get(row),
    states,
  };
}
