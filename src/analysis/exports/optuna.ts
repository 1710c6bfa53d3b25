// A journal of Optuna, the hyperparameter optimization framework: a study that minimises the best validation loss, with a
// trial for each configuration. `JournalStorage(JournalFileBackend(path))` and optuna-dashboard open it.
// Source: optuna/storages/journal/_storage.py and optuna/distributions.py, version 5.0.0.
//
// The journal is JSON, which knows no NaN and no ±Infinity: as values of the log such are left out, as parameters and
// attributes they are texts.

import { stringify } from '../../storage/json.ts';
import { fieldsOf, keysOf, parsOf, type Value } from '../fields.ts';
import { runTimes } from '../runTimes.ts';
import type { LoggedTrial } from '../table.ts';
import { encodeLines, type Format } from './format.ts';

const CREATE_STUDY = 0;
const CREATE_TRIAL = 4;
const MINIMIZE = 1;

export const optuna: Format = {
  ending: 'journal',
  study: (trials, name) => encodeLines(journal(trials, name)),
};

function* journal(trials: readonly LoggedTrial[], name: string): Generator<string> {
  yield operation(CREATE_STUDY, { study_name: name, directions: [MINIMIZE] });
  const fields = trials.map(fieldsOf);
  const drawn = fields.map(parsOf);
  const distributions = distributionsOf(drawn);
  for (const [i, trial] of trials.entries()) {
    const { started, ended } = runTimes(trial);
    const known = drawn[i] ?? new Map<string, Value>();
    const pars = Array.from(distributions).filter(([name]) => known.has(name));
    const { state, value } = endOf(trial);
    yield operation(CREATE_TRIAL, {
      study_id: 0,
      datetime_start: dateTime(started) ?? null,
      ...(state !== RUNNING && state !== WAITING && { datetime_complete: dateTime(ended ?? started ?? 0) }),
      state,
      value,
      values: null,
      distributions: Object.fromEntries(pars.map(([name, { text }]) => [name, text])),
      params: Object.fromEntries(pars.map(([name, { internal }]) => [name, internal(known.get(name) ?? null)])),
      user_attrs: Object.fromEntries([...(fields[i] ?? [])].filter(([key]) => !/^pars[.[]/.test(key))),
      system_attrs: {},
      intermediate_values: intermediateValues(trial),
    });
  }
}

function operation(code: number, content: object): string {
  return stringify({ op_code: code, worker_id: 'alchemie', ...content });
}

const RUNNING = 0;
const COMPLETE = 1;
const FAIL = 3;
const WAITING = 4;

/** Complete is what is over and has a finite loss, as for `evaluate`. */
function endOf({ state, bestLoss }: LoggedTrial): { readonly state: number; readonly value: number | null } {
  if (state === 'no result') return { state: WAITING, value: null };
  if (state === 'unfinished') return { state: RUNNING, value: null };
  const isComplete = bestLoss !== null && Number.isFinite(bestLoss) && state !== 'damaged';
  return isComplete ? { state: COMPLETE, value: bestLoss } : { state: FAIL, value: null };
}

function dateTime(milliseconds: number | undefined): string | undefined {
  return milliseconds === undefined ? undefined : new Date(milliseconds).toISOString().replace('Z', '000+00:00');
}

/** The validation loss by step. */
function intermediateValues(trial: LoggedTrial): Record<string, number> {
  const values: Record<string, number> = {};
  for (const { step, valLoss } of trial.readLog()) {
    if (Number.isSafeInteger(step) && typeof valLoss === 'number' && Number.isFinite(valLoss)) values[step] = valLoss;
  }
  return values;
}

interface Distribution {
  /** As Optuna writes it. */
  readonly text: string;
  /** The number that stands for a value. */
  readonly internal: (value: Value) => number;
}

/** From what was drawn: whole numbers, numbers between the smallest and the largest, else a choice. */
function distributionsOf(fields: readonly ReadonlyMap<string, Value>[]): Map<string, Distribution> {
  const keys = [...keysOf(fields)];
  return new Map(
    keys.map((key) => [key, distributionOf(fields.flatMap((row) => (row.has(key) ? [row.get(key) ?? null] : [])))]),
  );
}

function distributionOf(values: readonly Value[]): Distribution {
  const numbers = values.filter((value) => typeof value === 'number');
  if (numbers.length === values.length && numbers.every(Number.isFinite)) {
    const isWhole = numbers.every(Number.isSafeInteger);
    const [low, high] = numbers.reduce(([a, b], x) => [Math.min(a, x), Math.max(b, x)], [Infinity, -Infinity]);
    const attributes = { log: false, step: isWhole ? 1 : null, low, high };
    return {
      text: stringify({ name: isWhole ? 'IntDistribution' : 'FloatDistribution', attributes }),
      internal: Number,
    };
  }
  // Python takes 1, 1.0 and true for one and the same.
  const choices = [...new Set(values.map(choice))];
  return {
    text: stringify({ name: 'CategoricalDistribution', attributes: { choices } }),
    internal: (value) => choices.indexOf(choice(value)),
  };
}

function choice(value: Value): Value {
  return typeof value === 'number' && !Number.isFinite(value) ? String(value) : value;
}
