// What differs between two trials, and nothing else.

import { memberPath } from '../literal.ts';
import { type Json, numberFrom } from '../storage/json.ts';
import type { StoredTrial } from '../storage/trials.node.ts';
import { type Fields, fieldsOf, isOf, type Value } from './fields.ts';

export interface Difference {
  readonly key: string;
  /** Undefined where one has no such value. */
  readonly a: Value | undefined;
  readonly b: Value | undefined;
}

export interface TrialDifferences {
  /** With the seed. */
  readonly parameters: readonly Difference[];
  /** Hashes of the module and of what it imports, by name. */
  readonly module: readonly Difference[];
  /** Whatever else run.json says of where results come from. */
  readonly versions: readonly Difference[];
  /** State, time, last line of the log, report with the items of its lists. */
  readonly results: readonly Difference[];
}

export function trialDifferences(a: StoredTrial, b: StoredTrial): TrialDifferences {
  const all = differencesOf(wholeOf(a), wholeOf(b));
  const isVersion = (key: string): boolean => isOf('run', key) && !RESULTS.has(key);
  return {
    parameters: all.filter(({ key }) => key === 'seed' || isOf('pars', key)),
    module: differencesOf(filesOf(a), filesOf(b)),
    versions: all
      .filter(({ key }) => isVersion(key))
      .map(({ key, ...values }) => ({ key: key.slice('run.'.length), ...values })),
    results: all.filter(({ key }) => /^(state|seconds|log\b.*|report\b.*)$/.test(key)),
  };
}

/** Of run.json, what are results. */
const RESULTS: ReadonlySet<string> = new Set(['run.state', 'run.seconds', 'run.sha256']);

/** The fields, and every item of the lists of the report: `report.confusion[0][1]`. */
function wholeOf(trial: StoredTrial): Fields {
  const whole = fieldsOf(trial);
  addItems(trial.report ?? {}, 'report', whole);
  return whole;
}

function addItems(value: Json, path: string, into: Map<string, Value>): void {
  if (typeof value !== 'object' || value === null) into.set(path, numberFrom(value) ?? value);
  else if (Array.isArray(value)) for (const [i, item] of value.entries()) addItems(item, memberPath(path, i), into);
  else for (const [key, part] of Object.entries(value)) addItems(part, memberPath(path, key), into);
}

/** By key, in the order of the first, then what only the second has. */
function differencesOf(a: Fields, b: Fields): Difference[] {
  return [...new Set([...a.keys(), ...b.keys()])]
    .map((key) => ({ key, a: a.get(key), b: b.get(key) }))
    .filter((difference) => !Object.is(difference.a, difference.b));
}

/** SHA-256 by file. */
function filesOf({ run }: StoredTrial): Fields {
  const files = run?.files;
  const entries = typeof files === 'object' && files !== null ? Object.entries(files) : [];
  return new Map(entries.flatMap(([name, hash]) => (typeof hash === 'string' ? [[name, hash] as const] : [])));
}
