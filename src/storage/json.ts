// Canonical JSON: one text for one value, no number lost in silence, nothing written that could not be read again.
// What is read is bounded and cannot reach into prototypes.

import type { TensorData } from '../data/tensor.ts';
import { kindOf, quote, UserError } from '../errors.ts';
import { isPlainObject } from '../literal.ts';
import { printable } from '../printable.ts';
import type { Info } from '../trainable.ts';

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** Lists and objects within each other, at most. */
export const maxJsonDepth = 64;

/** Names that mean more than themselves to a careless reader. */
const forbiddenKeys: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

const nonFinite: ReadonlyMap<string, number> = new Map([
  ['NaN', Number.NaN],
  ['Infinity', Number.POSITIVE_INFINITY],
  ['-Infinity', Number.NEGATIVE_INFINITY],
]);

/**
 * Canonical text. Keys keep their order; typed arrays and tensors become nested lists; NaN and ±Infinity, which JSON
 * does not know, become the strings `"NaN"`, `"Infinity"`, `"-Infinity"`; -0 stays -0.
 *
 * @param indent spaces per level, 0 for a single line; lists of mere scalars stay on one line
 * @param what names the value in errors
 * @throws UserError naming the path of whatever is no plain data: undefined, functions, symbols, bigints, dates (results
 *   hold no times), instances of classes, cycles, the keys `__proto__`, `constructor` and `prototype`
 */
export function stringify(value: unknown, indent = 0, what = 'value'): string {
  return write(value, () => what, [], indent);
}

/**
 * The text of `stringify`, of an object whose lists may be too long for one text: lines, or several at once.
 *
 * @param indent spaces per level, 1 or more
 */
export function* stringifyInParts(value: Readonly<Record<string, unknown>>, indent: number): Generator<string> {
  const members = Object.entries(value);
  if (members.length === 0) return yield '{}';
  const pad = ' '.repeat(indent);
  yield '{';
  for (const [i, [key, member]] of members.entries()) {
    const after = i + 1 < members.length ? ',' : '';
    const title = `${pad}${textOf(key)}: `;
    if (Array.isArray(member) && member.some(isPlainObject)) {
      yield `${title}[`;
      for (const [j, item] of member.entries()) {
        const text = write(item, () => `${key}[${j}]`, [value, member], indent);
        yield `${pad}${pad}${text}${j + 1 < member.length ? ',' : ''}`;
      }
      yield `${pad}]${after}`;
    } else yield `${title}${write(member, () => key, [value], indent)}${after}`;
  }
  yield '}';
}

/**
 * Reads JSON: at most 64 levels, no key twice, none of `__proto__`, `constructor`, `prototype`, no number beyond double
 * precision.
 *
 * @param what names the text in errors, usually a file
 */
export function parseJson(text: string, what: string): Json {
  return parse(text, what, forbiddenKeys);
}

/** As `parseJson`, with any keys: for a reader that puts them into a `Map` at once. */
export function parseJsonOfAnyKeys(text: string, what: string): Json {
  return parse(text, what, new Set());
}

export function isJsonObject(value: Json | undefined): value is { readonly [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The number that `stringify` wrote, non-finite ones included; undefined if it is none. */
export function numberFrom(value: Json | undefined): number | undefined {
  return typeof value === 'string' ? nonFinite.get(value) : typeof value === 'number' ? value : undefined;
}

/** One info on each line, the last line ended too. The strings `"NaN"`, `"Infinity"`, `"-Infinity"` become numbers. */
export function parseLog(text: string, what: string): Info[] {
  const lines = text.split('\n');
  if (lines.pop() !== '') throw new UserError(`${what}: the last line is cut, got ${lines.length + 1} lines`);
  return lines.map((line, i) => parseInfo(line, `${what}: line ${i + 1}`));
}

/** One line of a log. */
export function parseInfo(line: string, what: string): Info {
  const parsed = parseJson(line, what);
  if (!isJsonObject(parsed)) throw new UserError(`${what}: expected an object, got ${kindOf(parsed)}`);
  const fields: Record<string, number | string | boolean | null> = {};
  for (const [key, value] of Object.entries(parsed)) {
    if (typeof value === 'object' && value !== null) {
      throw new UserError(
        `${what}: '${quote(key)}' must be a number, a text, a truth value or null, got ${kindOf(value)}`,
      );
    }
    fields[key] = numberFrom(value) ?? value;
  }
  const { step, bestLoss } = fields;
  if (typeof step !== 'number' || typeof bestLoss !== 'number') {
    throw new UserError(`${what}: 'step' and 'bestLoss' must be numbers, got ${quote(`${step} and ${bestLoss}`)}`);
  }
  return { ...fields, step, bestLoss };
}

/** Names a value in errors; called only then. */
type Place = () => string;

function write(value: unknown, place: Place, above: readonly object[], indent: number): string {
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'string') return textOf(value);
  if (typeof value === 'number') {
    return Number.isFinite(value) ? (Object.is(value, -0) ? '-0' : String(value)) : `"${value}"`;
  }
  if (typeof value !== 'object') throw refusal(place, kindOf(value), 'leave it out or write it as a number or a text');
  if (above.includes(value)) throw refusal(place, 'a value that contains itself', 'leave it out');
  if (above.length >= maxJsonDepth) {
    throw refusal(place, `a value more than ${maxJsonDepth} levels deep`, 'make it flatter');
  }
  const inside = [...above, value];
  const items = asList(value);
  if (items) {
    const parts = items.map((item, i) => write(item, () => `${place()}[${i}]`, inside, indent));
    const short = parts.every((part) => !part.startsWith('[') && !part.startsWith('{'));
    return enclose('[', parts, ']', inside.length, short ? 0 : indent, indent > 0);
  }
  if (!isPlainObject(value)) {
    const remedy = value instanceof Date ? 'results hold no times, leave it out' : 'give plain objects and lists';
    throw refusal(place, kindOf(value), remedy);
  }
  if (Object.getOwnPropertySymbols(value).length > 0) throw refusal(place, 'a symbol as key', 'name keys by texts');
  const parts = Object.entries(value).map(([key, part]) => {
    const member: Place = () => {
      const isName = /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(key);
      return isName ? `${place()}.${key}` : `${place()}['${quote(key)}']`;
    };
    if (forbiddenKeys.has(key)) throw refusal(member, `the key ${key}`, 'choose another name');
    return `${textOf(key)}:${indent > 0 ? ' ' : ''}${write(part, member, inside, indent)}`;
  });
  return enclose('{', parts, '}', inside.length, indent, indent > 0);
}

/** Whoever looks at the file in a terminal shall see what it says. */
function textOf(value: string): string {
  return printable(JSON.stringify(value));
}

function enclose(open: string, parts: readonly string[], close: string, depth: number, indent: number, airy: boolean) {
  if (indent === 0 || parts.length === 0) return open + parts.join(airy ? ', ' : ',') + close;
  const line = `\n${' '.repeat(indent * depth)}`;
  return open + line + parts.join(`,${line}`) + line.slice(0, -indent) + close;
}

/** The items of a list, a typed array or a tensor, nested by its shape; undefined for anything else. */
function asList(value: object): readonly unknown[] | undefined {
  // From() makes holes visible, which map() would pass over.
  if (Array.isArray(value)) return Array.from(value);
  if (ArrayBuffer.isView(value) && isTypedArray(value)) {
    const flat = Array.from(value);
    // A view of parameters carries its shape.
    return 'shape' in value ? (nest(flat, value.shape) ?? flat) : flat;
  }
  const isPair = Object.keys(value).length === 2;
  if (isPair && 'data' in value && 'shape' in value && isTensorData(value.data))
    return nest(Array.from(value.data), value.shape);
  return undefined;
}

/** A DataView has no length. */
function isTypedArray(view: ArrayBufferView): view is ArrayBufferView & ArrayLike<number | bigint> {
  return 'length' in view;
}

function isTensorData(data: unknown): data is TensorData {
  return data instanceof Float32Array || data instanceof Int32Array || data instanceof Uint8Array;
}

function nest(flat: readonly unknown[], shape: unknown): readonly unknown[] | undefined {
  if (!Array.isArray(shape) || !shape.every((axis) => Number.isInteger(axis) && axis >= 0)) return undefined;
  if (shape.reduce((product, axis) => product * axis, 1) !== flat.length) return undefined;
  // An empty shape may have a huge axis beside the 0.
  if (flat.length === 0) return flat;
  return shape.slice(1).reduceRight<readonly unknown[]>((rows, _, i) => {
    const width: number = shape[i + 1];
    const count = shape.slice(0, i + 1).reduce((product, axis) => product * axis, 1);
    return Array.from({ length: count }, (_, row) => rows.slice(row * width, (row + 1) * width));
  }, flat);
}

function refusal(place: Place, got: string, remedy: string): UserError {
  return new UserError(`${place()}: cannot be written as JSON, got ${got}; ${remedy}`);
}

function parse(text: string, what: string, forbidden: ReadonlySet<string>): Json {
  const { depth, colons } = survey(text);
  if (depth > maxJsonDepth) {
    throw new UserError(`${what}: nested too deeply, got ${depth} levels; ${maxJsonDepth} are allowed`);
  }
  let value: Json;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    // The parser quotes the text, which may hold anything.
    const reason = cause instanceof Error ? cause.message.replace(/[^\x20-\x7e]/g, '?').slice(0, 160) : '';
    throw new UserError(`${what}: is not valid JSON (${reason})`, 2, { cause });
  }
  if (countKeys(value, what, forbidden) !== colons) {
    throw new UserError(`${what}: a key stands twice in one object; keep one of them`);
  }
  return value;
}

/** Levels of nesting and number of keys of valid JSON, found without building anything. */
function survey(text: string): { depth: number; colons: number } {
  let depth = 0;
  let level = 0;
  let colons = 0;
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const character = text[i];
    if (quoted) {
      if (character === '\\') i++;
      else if (character === '"') quoted = false;
    } else if (character === '"') quoted = true;
    else if (character === ':') colons++;
    else if (character === '[' || character === '{') depth = Math.max(depth, ++level);
    else if (character === ']' || character === '}') level--;
  }
  return { depth, colons };
}

function countKeys(value: Json, what: string, forbidden: ReadonlySet<string>): number {
  if (typeof value === 'number' && !Number.isFinite(value)) {
    throw new UserError(`${what}: a number is too large, got ${value}; write it as "Infinity" or "-Infinity"`);
  }
  if (typeof value !== 'object' || value === null) return 0;
  let keys = 0;
  for (const [key, part] of Object.entries(value)) {
    if (forbidden.has(key)) throw new UserError(`${what}: the key ${key} is not allowed; choose another name`);
    keys += countKeys(part, what, forbidden);
  }
  return Array.isArray(value) ? keys : keys + Object.keys(value).length;
}
