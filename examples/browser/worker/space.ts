// Search spaces as people see and change them: the parameters that are drawn, by their paths.

import { choice, int, logUniform, uniform } from 'alchemie';
import { Choice, Distribution, parseLiteral, toLiteral } from 'alchemie/browser';
import type { Field } from './messages.ts';

/** Calls `visit` for every distribution, and gives the space with what it returned in their places. */
function walk(
  space: unknown,
  path: string,
  visit: (distribution: Distribution<unknown>, path: string) => unknown,
): unknown {
  if (Distribution.is(space)) return visit(space, path);
  if (typeof space !== 'object' || space === null || Array.isArray(space)) return space;
  const entries = Object.entries(space);
  return Object.fromEntries(entries.map(([key, part]) => [key, walk(part, path ? `${path}.${key}` : key, visit)]));
}

export function fieldsOf(space: object): Field[] {
  const fields: Field[] = [];
  walk(space, '', (distribution, path) => {
    if (distribution instanceof Choice) {
      fields.push({ path, kind: 'choice', options: distribution.options.map((option) => toLiteral(option)) });
    } else {
      const { low, high } = boundsOf(distribution);
      fields.push({ path, kind: 'range', low, high, isLog: distribution.name === 'logUniform' });
    }
    return distribution;
  });
  return fields;
}

function boundsOf(distribution: object): { readonly low: number; readonly high: number } {
  if ('low' in distribution && 'high' in distribution) {
    const { low, high } = distribution;
    if (typeof low === 'number' && typeof high === 'number') return { low, high };
  }
  throw new Error('only choices and ranges can be shown here');
}

/** @throws when a change is no list of options, or no range */
export function changedSpace(space: object, changes: Readonly<Record<string, string>>): object {
  const changed = walk(space, '', (distribution, path) => {
    const source = changes[path];
    if (source === undefined) return distribution;
    const given = parseLiteral(source, path);
    if (!Array.isArray(given)) throw new Error(`${path}: must be a list, got ${source}`);
    if (distribution instanceof Choice) return choice(given);
    const [low, high] = given;
    const make = { uniform, logUniform, int }[distribution.name];
    if (!make || typeof low !== 'number' || typeof high !== 'number') {
      throw new Error(`${path}: must be a range of two numbers, got ${source}`);
    }
    return make(low, high);
  });
  return Object(changed);
}

/** Sources of the parameters at some paths. */
export function valuesAt(pars: unknown, fields: readonly Field[]): Record<string, string> {
  const at = (path: string): unknown =>
    path
      .split('.')
      .reduce<unknown>((value, key) => (value === undefined ? value : Reflect.get(Object(value), key)), pars);
  return Object.fromEntries(fields.map(({ path }) => [path, toLiteral(at(path))]));
}

/** Pars with other values at some paths. */
export function changedPars(pars: object, changes: Readonly<Record<string, string>>): object {
  const change = (value: unknown, path: string): unknown => {
    const source = changes[path];
    if (source !== undefined) return parseLiteral(source, path);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
    const entries = Object.entries(value);
    return Object.fromEntries(entries.map(([key, part]) => [key, change(part, path ? `${path}.${key}` : key)]));
  };
  return Object(change(pars, ''));
}
