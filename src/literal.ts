// Values as JavaScript source, and how two values differ. A value is made of undefined, null, booleans, numbers,
// bigints, strings, arrays, plain objects, maps, sets, dates and typed arrays.

import { kindOf, UserError } from './errors.ts';
import { printable } from './printable.ts';

const COLUMNS = 80;
const INDENT = '  ';

const typedArrays = [
  Int8Array,
  Uint8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  Float32Array,
  Float64Array,
  BigInt64Array,
  BigUint64Array,
] as const;

type TypedArray = InstanceType<(typeof typedArrays)[number]>;

/** Whether a value is of this very class, not of a derived one (as Node's Buffer is). */
function is<T>(value: object, type: { readonly prototype: T }): value is T & object {
  return Object.getPrototypeOf(value) === type.prototype;
}

function isTypedArray(value: object): value is TypedArray {
  return typedArrays.some(({ prototype }) => Object.getPrototypeOf(value) === prototype);
}

/** Whether a value is an object that an object literal could have made, or one without a prototype. */
export function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === null || (Object.getPrototypeOf(prototype) === null && Object.hasOwn(prototype, 'isPrototypeOf'));
}

const isIdentifier = (key: string): boolean => /^[A-Za-z_$][\w$]*$/.test(key);
const isIndex = (key: string): boolean => /^(0|[1-9]\d{0,14})$/.test(key);

/** The path of a member: `optimizer.learningRate`, `hidden[0]`, `scores["top 5"]`; of the value itself it is ''. */
export function memberPath(path: string, key: string | number): string {
  if (typeof key === 'string' && isIdentifier(key)) return path ? `${path}.${key}` : key;
  return `${path}[${typeof key === 'number' ? key : JSON.stringify(key)}]`;
}

// Those that cannot stand in a string, and spaces that nobody can tell from others; `printable` sees to the rest.
const SPECIAL = /['\\\n\r\t\u00a0\u202f]/g;
const ESCAPES: Readonly<Record<string, string>> = {
  "'": "\\'",
  '\\': '\\\\',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\u00a0': '\\u00a0',
  '\u202f': '\\u202f',
};

function stringLiteral(text: string): string {
  const escaped = printable(text.replace(SPECIAL, (c) => ESCAPES[c] ?? c));
  // Such strings would end or open a script or a comment if the source ever stood in a page.
  return `'${escaped.replace(/<(?=\/script|!--)/gi, '\\u003c')}'`;
}

const numberLiteral = (x: number): string => (Object.is(x, -0) ? '-0' : String(x));

/** The shortest decimal that becomes the same float32. */
function float32Literal(x: number): string {
  for (let digits = 1; digits <= 9; digits++) {
    const short = Number(x.toPrecision(digits));
    if (Object.is(Math.fround(short), x)) return numberLiteral(short);
  }
  return numberLiteral(x);
}

/** Source in brackets, which can be put on one line or on several. */
interface Group {
  readonly open: string;
  readonly close: string;
  readonly parts: readonly Part[];
  /** Between the brackets and the parts when on one line. */
  readonly space: '' | ' ';
  /** Length on one line. */
  readonly length: number;
}

interface Part {
  /** The key with its colon. */
  readonly lead: string;
  readonly source: string | Group;
}

function group(open: string, close: string, parts: readonly Part[], space: '' | ' ' = ''): Group {
  const separators = 2 * Math.max(parts.length - 1, 0) + (parts.length ? 2 * space.length : 0);
  const inner = parts.reduce((sum, { lead, source }) => sum + lead.length + source.length, 0);
  return { open, close, parts, space, length: open.length + close.length + separators + inner };
}

function oneLine(source: string | Group): string {
  if (typeof source === 'string') return source;
  const { open, close, parts, space } = source;
  if (parts.length === 0) return open + close;
  return open + space + parts.map(({ lead, source }) => lead + oneLine(source)).join(', ') + space + close;
}

/** `used` columns of the first line are taken already; a comma may follow the last one. */
function print(source: string | Group, indent: string, used: number): string {
  if (typeof source === 'string' || source.parts.length === 0 || used + source.length < COLUMNS) return oneLine(source);
  const inner = indent + INDENT;
  const { open, close, parts } = source;
  let text = open;
  let column = COLUMNS;
  for (const { lead, source } of parts) {
    // Simple elements of a list share lines.
    const sharing = lead === '' && typeof source === 'string';
    if (sharing && column + 1 + source.length < COLUMNS) {
      text += ` ${source},`;
      column += source.length + 2;
    } else {
      text += `\n${inner}${lead}${print(source, inner, inner.length + lead.length)},`;
      column = sharing ? inner.length + source.length + 1 : COLUMNS;
    }
  }
  return `${text}\n${indent}${close}`;
}

const refusal = (path: string, why: string): UserError => new UserError(`${path}: cannot be written, ${why}`);

/** @param within the objects that the value lies in, and their paths */
function toSource(value: unknown, path: string, within: Map<object, string>): string | Group {
  switch (typeof value) {
    case 'string':
      return stringLiteral(value);
    case 'number':
      return numberLiteral(value);
    case 'bigint':
      return `${value}n`;
    case 'function':
      throw refusal(path, 'got a function; use a name and let the experiment look the function up');
    case 'symbol':
      throw refusal(path, 'got a symbol; use a string');
  }
  if (typeof value !== 'object' || value === null) return String(value);
  const outer = within.get(value);
  if (outer !== undefined) throw refusal(path, `it is ${outer} again and so never ends; use a copy without the circle`);
  within.set(value, path);
  const source = objectSource(value, path, within);
  within.delete(value);
  return source;
}

function objectSource(value: object, path: string, within: Map<object, string>): string | Group {
  const parts = (items: Iterable<unknown>): Part[] =>
    Array.from(items, (item, i) => ({ lead: '', source: toSource(item, memberPath(path, i), within) }));
  if (isPlainObject(value)) return group('{', '}', members(value, path, within), ' ');
  if (is(value, Float32Array)) {
    return group(
      'new Float32Array([',
      '])',
      Array.from(value, (x) => ({ lead: '', source: float32Literal(x) })),
    );
  }
  if (isTypedArray(value)) return group(`new ${value.constructor.name}([`, '])', parts(value));
  if (is(value, Map)) return group('new Map([', '])', parts(value));
  if (is(value, Set)) return group('new Set([', '])', parts(value));
  if (is(value, Date)) {
    return `new Date(${Number.isNaN(value.getTime()) ? 'NaN' : stringLiteral(value.toISOString())})`;
  }
  if (!is(value, Array)) throw refusal(path, `got ${kindOf(value)}; use a plain object, a list or a typed array`);
  const hole = Array.from(value.keys()).find((i) => !Object.hasOwn(value, i));
  if (hole !== undefined) throw refusal(path, `got a list with a hole at ${hole}; use undefined or null there`);
  const extra = Object.keys(value)[value.length];
  if (extra !== undefined) throw refusal(path, `got a list with a property '${extra}'; use a plain object`);
  return group('[', ']', parts(value));
}

function members(value: Readonly<Record<string, unknown>>, path: string, within: Map<object, string>): Part[] {
  if (Object.getOwnPropertySymbols(value).length > 0) throw refusal(path, 'got a key that is a symbol; use a string');
  return Object.keys(value).map((key) => {
    const inner = memberPath(path, key);
    if (key === '__proto__') throw refusal(inner, 'the key __proto__ has a meaning of its own; use another');
    const lead = `${isIdentifier(key) || isIndex(key) ? key : stringLiteral(key)}: `;
    return { lead, source: toSource(value[key], inner, within) };
  });
}

/**
 * JavaScript source that evaluates to the same value, bit by bit (NaN, −0 and typed arrays included), at most 80 columns
 * wide where that is possible. Keys keep their order, so equal source means equal values.
 *
 * @param name what the value is called in error messages
 * @param column where the source will begin on its first line
 * @throws on functions, symbols, objects of other classes, circles, holes in lists and the key `__proto__`, by path
 */
export function toLiteral(value: unknown, name = 'value', column = 0): string {
  return print(toSource(value, name, new Map()), '', column);
}

/** Whether two values are equal: numbers as by `Object.is`, objects by their members in whatever order. */
export function sameValue(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (isPlainObject(a) && isPlainObject(b)) {
    const keys = Object.keys(a);
    const same = (key: string): boolean => Object.hasOwn(b, key) && sameValue(a[key], b[key]);
    return keys.length === Object.keys(b).length && keys.every(same);
  }
  if (Object.getPrototypeOf(a) !== Object.getPrototypeOf(b)) return false;
  if (Array.isArray(a) && Array.isArray(b)) return sameItems(a, b);
  if (isTypedArray(a) && isTypedArray(b)) return a.length === b.length && a.every((x, i) => Object.is(x, b[i]));
  if (is(a, Map) && is(b, Map)) return sameItems([...a], [...b]);
  if (is(a, Set) && is(b, Set)) return sameItems([...a], [...b]);
  if (is(a, Date) && is(b, Date)) return Object.is(a.getTime(), b.getTime());
  return false;
}

function sameItems(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && a.every((item, i) => sameValue(item, b[i]));
}

/**
 * What differs between two values, as `optimizer.learningRate: 0.001 -> 0.01`, in the order of the keys of `a`, then of
 * `b`. Empty if and only if they are the same.
 *
 * @param name what the values are called, the beginning of all paths
 */
export function differences(a: unknown, b: unknown, name = ''): string[] {
  if (sameValue(a, b)) return [];
  if (isPlainObject(a) && isPlainObject(b)) {
    return [...new Set([...Object.keys(a), ...Object.keys(b)])].flatMap((key) => {
      const path = memberPath(name, key);
      if (!Object.hasOwn(a, key)) return [`${path}: absent -> ${shorten(b[key])}`];
      if (!Object.hasOwn(b, key)) return [`${path}: ${shorten(a[key])} -> absent`];
      return differences(a[key], b[key], path);
    });
  }
  return [`${name ? `${name}: ` : ''}${shorten(a)} -> ${shorten(b)}`];
}

const LONGEST = 60;

/** A value on one line, in part if it is long. */
function shorten(value: unknown): string {
  const text = inWords(value);
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST - 1)}…`;
}

function inWords(value: unknown): string {
  try {
    return oneLine(toSource(value, '', new Map()));
  } catch {
    return typeof value === 'symbol' ? String(value) : kindOf(value);
  }
}
