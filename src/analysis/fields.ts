// A trial as one row: values by dotted keys, the same for tables, conditions, importance and exports.

import { closest } from '../closest.ts';
import { quote, UserError } from '../errors.ts';
import { isPlainObject, memberPath, toLiteral } from '../literal.ts';
import { type Json, numberFrom } from '../storage/json.ts';
import type { StoredTrial } from '../storage/trials.node.ts';

export type Value = number | string | boolean | null;

/**
 * `index directory state step bestLoss seconds seed` of the trial; `pars.optimizer.name`, where lists and other values that
 * are no plain objects are one value, their text; `log.valLoss`, of the last line; `report.testLoss`; `run.git.commit`.
 * Of report and run.json lists are left out. NaN and ±Infinity are numbers.
 */
export interface Fields extends Iterable<[key: string, value: Value]> {
  readonly get: (key: string) => Value | undefined;
  readonly keys: () => Iterable<string>;
}

export function fieldsOf(trial: StoredTrial): Map<string, Value> {
  const { index, directory, state, step, bestLoss, seed = null, pars = {}, info = {}, report = {}, run = {} } = trial;
  const fields = new Map<string, Value>(
    Object.entries({ index, directory, state, step, bestLoss, seconds: numberFrom(run.seconds) ?? null, seed }),
  );
  flattenPars(pars, 'pars', fields);
  flatten(info, 'log', fields);
  flatten(report, 'report', fields);
  const { lineage, files, ...facts } = run;
  flatten(facts, 'run', fields);
  return fields;
}

function flattenPars(value: unknown, path: string, into: Map<string, Value>): void {
  if (isPlainObject(value)) {
    for (const [key, part] of Object.entries(value)) flattenPars(part, memberPath(path, key), into);
  } else if (value === null || typeof value === 'number' || typeof value === 'string' || typeof value === 'boolean') {
    into.set(path, value);
  } else if (value !== undefined) into.set(path, toLiteral(value).replace(/\n */g, ' '));
}

function flatten(value: Json, path: string, into: Map<string, Value>): void {
  if (typeof value !== 'object' || value === null) into.set(path, numberFrom(value) ?? value);
  else if (!Array.isArray(value)) {
    for (const [key, part] of Object.entries(value)) flatten(part, memberPath(path, key), into);
  }
}

/** The sections whose names may be left out, the first that has the key first: `valLoss` is `log.valLoss`. */
const SECTIONS = ['log', 'report', 'pars', 'run'] as const;

/** Whether a key is one of a section: `pars.rate`, `pars["top 5"]`. */
export function isOf(section: (typeof SECTIONS)[number], key: string): boolean {
  return key.startsWith(section) && (key[section.length] === '.' || key[section.length] === '[');
}

/** `optimizer.name` for `pars.optimizer.name`, `["a b"]` for `pars["a b"]`. */
export function parameterName(key: string): string {
  return key.replace(/^pars\.?/, '');
}

/** The hyperparameters by their own names. */
export function parsOf(fields: Fields): Map<string, Value> {
  return new Map([...fields].filter(([key]) => isOf('pars', key)).map(([key, value]) => [parameterName(key), value]));
}

/** How keys end that a name may mean: `.rate`, `.optimizer.name`, `["top 5"]`. */
function endingsFor(name: string): string[] {
  return [`.${name}`, `[${JSON.stringify(name)}]`];
}

/**
 * The key that is meant: `testLoss` for `report.testLoss`, `learningRate` for `pars.optimizer.learningRate` if no other
 * parameter ends so. Undefined if there is none.
 *
 * @param keys those that there are
 */
export function resolveKey(name: string, keys: ReadonlySet<string>): string | undefined {
  const exact = [name, ...SECTIONS.flatMap((section) => endingsFor(name).map((ending) => `${section}${ending}`))].find(
    (key) => keys.has(key),
  );
  if (exact !== undefined) return exact;
  const [ending, another] = parsEndingIn(name, keys);
  return another === undefined ? ending : undefined;
}

function parsEndingIn(name: string, keys: ReadonlySet<string>): string[] {
  const endings = endingsFor(name);
  return [...keys].filter((key) => isOf('pars', key) && endings.some((ending) => key.endsWith(ending)));
}

/** The key that is meant, or an error that says which there are. */
export function requireKey(what: string, name: string, keys: ReadonlySet<string>): string {
  const key = resolveKey(name, keys);
  if (key === undefined) throw unknownKey(what, name, keys);
  return key;
}

/** @param what what names a key, for the error */
export function unknownKey(what: string, name: string, keys: ReadonlySet<string>): UserError {
  const endings = parsEndingIn(name, keys);
  if (endings.length > 1)
    return new UserError(`${what}: '${quote(name)}' may be any of ${endings.join(', ')}; say which`);
  const short = new Map([...keys].flatMap((key) => SECTIONS.map((section) => [key.replace(`${section}.`, ''), key])));
  const meant = closest(name, [...keys, ...short.keys()]);
  const known = [...keys].filter((key) => !isOf('run', key)).join(', ');
  const remedy = meant === undefined ? `known are ${known}` : `did you mean '${short.get(meant) ?? meant}'?`;
  return new UserError(`${what}: there is no '${quote(name)}'; ${remedy}`);
}

/** The keys of all rows, in the order in which they come up. */
export function keysOf(rows: readonly Fields[]): Set<string> {
  const keys = new Set<string>();
  for (const row of rows) for (const key of row.keys()) keys.add(key);
  return keys;
}

/** The keys of parameters whose values differ between rows, as they do where only some rows have one. */
export function varyingPars(rows: readonly Fields[]): string[] {
  const keys = [...keysOf(rows)].filter((key) => isOf('pars', key));
  return keys.filter((key) => {
    const first = rows[0]?.get(key);
    return rows.some((row) => !Object.is(row.get(key), first));
  });
}
