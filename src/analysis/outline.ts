// Any JSON value as lines for people: what is long is said by its shape.

import { isJsonObject, type Json, numberFrom } from '../storage/json.ts';

const MOST_CHARACTERS = 72;

/** `name: value`, members indented below; lists that are too long for a line by their shape, `[28, 28] list`. */
export function outline(name: string, value: Json, indent = ''): string[] {
  if (!isJsonObject(value)) return [`${indent}${name}: ${inLine(value)}`];
  const members = Object.entries(value);
  if (members.length === 0) return [`${indent}${name}: {}`];
  return [`${indent}${name}:`, ...members.flatMap(([key, member]) => outline(key, member, `${indent}  `))];
}

function inLine(value: Json): string {
  const text = typeof value === 'string' && numberFrom(value) === undefined ? value : JSON.stringify(value);
  const line = text.replace(/^"(-?Infinity|NaN)"$/, '$1').replace(/\s+/g, ' ');
  if (line.length <= MOST_CHARACTERS) return line;
  return Array.isArray(value) ? `[${shapeOf(value).join(', ')}] list` : `${line.slice(0, MOST_CHARACTERS - 1)}…`;
}

/** By the first items: lists of different lengths are not told apart. */
function shapeOf(value: Json): number[] {
  return Array.isArray(value) ? [value.length, ...shapeOf(value[0])] : [];
}
