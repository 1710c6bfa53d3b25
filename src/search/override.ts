// Changes to a configuration from a command line, as in --set optimizer.learningRate=1e-3.

import { kindOf, UserError } from '../errors.ts';
import { isPlainObject, memberPath } from '../literal.ts';

const NAME = /(^|\.)([^.[\]"=]+)/y;
const BRACKETS = /\[(\d+|"(?:[^"\\\p{Cc}]|\\["\\/bfnrt]|\\u[\da-fA-F]{4})*")\]/uy;

/**
 * The keys that a path such as `optimizer.learningRate`, `hidden[0]` or `scores["top 5"]` names, from outside in.
 *
 * @throws when it is none
 */
export function parsePath(path: string): string[] {
  const keys: string[] = [];
  for (let at = 0; at < path.length || keys.length === 0; ) {
    NAME.lastIndex = BRACKETS.lastIndex = at;
    const [, dot, name] = NAME.exec(path) ?? [];
    const [, inner] = name === undefined ? (BRACKETS.exec(path) ?? []) : [];
    if ((name === undefined && inner === undefined) || (at === 0 && dot === '.')) {
      throw new UserError(`--set: '${path}' is not a path; write it like optimizer.learningRate or hidden[0]`);
    }
    keys.push(name ?? String(JSON.parse(inner ?? '')));
    at = Math.max(NAME.lastIndex, BRACKETS.lastIndex);
  }
  return keys;
}

/** Numbers as JavaScript writes them, where JSON does not: .5, 1., +1, NaN, Infinity. */
const NUMBER = /^[+-]?(?:Infinity|NaN|(?:(?:0|[1-9]\d*)(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)$/;

export interface Assignment {
  readonly path: string;
  readonly value: unknown;
  /** Whether the value is a text only because it is nothing else, not because it stands in quotes. */
  readonly isBare: boolean;
}

/**
 * Splits `optimizer.learningRate=1e-3` into a path and a value. The value is read as JSON or as a number, NaN and
 * Infinity among them; all else is a string, as it is.
 *
 * @throws when there is no `=`, no path, or what begins like a list or an object is not JSON
 */
export function parseAssignment(assignment: string): Assignment {
  const end = assignment.indexOf('=');
  if (end < 0)
    throw new UserError(`--set: '${assignment}' is no assignment; write it like optimizer.learningRate=1e-3`);
  const path = assignment.slice(0, end).trim();
  parsePath(path);
  return { path, ...parseValue(path, assignment.slice(end + 1)) };
}

function parseValue(path: string, text: string): Omit<Assignment, 'path'> {
  const trimmed = text.trim();
  if (trimmed === '') throw new UserError(`--set: ${path} has no value; write ${path}='""' for an empty text`);
  if (NUMBER.test(trimmed)) return { value: Number(trimmed), isBare: false };
  try {
    return { value: JSON.parse(trimmed), isBare: false };
  } catch {
    if (!/^[[{"]/.test(trimmed)) return { value: text, isBare: true };
    throw new UserError(
      `--set: the value of ${path} is not JSON, got ${trimmed}; names and strings need double quotes`,
    );
  }
}

/**
 * A deep copy of `pars` in which the value at a path is another.
 *
 * @throws when there is nothing at the path, naming the known keys, on `__proto__` and its kin, and on a bare text where
 *   something else than a text is
 */
export function setPath(pars: object, assignment: Assignment): Readonly<Record<string, unknown>> {
  const changed = replaced(pars, parsePath(assignment.path), assignment, '');
  if (!isPlainObject(changed)) throw new UserError('--set: pars must be a plain object');
  return changed;
}

/** @param reached path of `whole` */
function replaced(whole: unknown, [key, ...rest]: readonly string[], assignment: Assignment, reached: string): unknown {
  if (key === undefined) return replacement(whole, assignment);
  const where = reached || 'pars';
  if (['__proto__', 'constructor', 'prototype'].includes(key)) {
    throw new UserError(`--set: '${key}' cannot be set in ${where}; use another name`);
  }
  if (Array.isArray(whole)) {
    const index = Number(key);
    if (!(index in whole)) {
      throw new UserError(`--set: ${where} is a list of ${whole.length}, there is no element '${key}' in it`);
    }
    const path = memberPath(reached, index);
    return whole.map((item, i) => (i === index ? replaced(item, rest, assignment, path) : copied(item)));
  }
  if (!isPlainObject(whole))
    throw new UserError(`--set: ${where} is neither an object nor a list, so it has no '${key}'`);
  const known = Object.keys(whole);
  if (!known.includes(key)) {
    throw new UserError(`--set: there is no '${key}' in ${where}; known are ${known.join(', ') || 'none'}`);
  }
  const path = memberPath(reached, key);
  const changed = (name: string) =>
    name === key ? replaced(whole[name], rest, assignment, path) : copied(whole[name]);
  return Object.fromEntries(known.map((name) => [name, changed(name)]));
}

/** The new value, unless it is a slip of the pen: `abc` for a number. */
function replacement(old: unknown, { path, value, isBare }: Assignment): unknown {
  if (isBare && old !== undefined && old !== null && typeof old !== 'string') {
    throw new UserError(
      `--set: ${path} is ${kindOf(old)}, got the text ${value}; write ${path}='"${value}"' if a text is meant`,
    );
  }
  return value;
}

function copied(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copied);
  if (isPlainObject(value))
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, copied(inner)]));
  const clonable = ArrayBuffer.isView(value) || value instanceof Map || value instanceof Set || value instanceof Date;
  return clonable ? structuredClone(value) : value;
}
