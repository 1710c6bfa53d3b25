// From a location to what its report shows: everything that is small of all configurations, and as much of curves and
// reports as keeps the page of a bounded size.

import { basename, resolve } from 'node:path';
import { statusOf } from '../../cluster/status.ts';
import { UserError } from '../../errors.ts';
import type { Json } from '../../storage/json.ts';
import { readTrialLog, type StoredTrial, storedTrial, storedTrials } from '../../storage/trials.node.ts';
import type { Info } from '../../trainable.ts';
import { type Fields, isOf, keysOf, varyingPars } from '../fields.ts';
import { importanceOf } from '../importance/importance.ts';
import { rank } from '../ranking.ts';
import { type Row, RowMaker } from '../rows.ts';
import type {
  ColumnContents,
  CurveContents,
  DetailContents,
  ImportanceContents,
  ReportContents,
  Value,
} from './contents.ts';
import { isUsuallyHighest } from './direction.ts';
import { thin } from './thin.ts';

/** Configurations whose curves are in the page: the best, and some evenly from the others. */
const BEST_CURVES = 200;
const OTHER_CURVES = 100;
/** Numbers of all curves together: about 5 MB. */
const CURVE_NUMBERS = 300_000;
const FEWEST_LINES = 60;
const MOST_LINES = 1000;
/** Configurations whose whole report and record are in the page, and their bytes together. */
const MOST_DETAILS = 1000;
const DETAIL_BYTES = 8_000_000;
/** Of a text in the table; it is whole in the report. */
const LONGEST_TEXT = 200;
const MOST_COLUMNS = 300;
/** Configurations above which importance is computed for one result only, and results otherwise. */
const MANY = 1000;
const MOST_IMPORTANCES = 8;

/** What of the contents the location does not know itself. */
export type Circumstances = Pick<ReportContents, 'experiment' | 'alchemie' | 'made'>;

interface Gathered extends Row {
  readonly state: string;
  readonly problem?: string;
}

/** @throws where there are no configurations */
export async function gatherReport(location: string, circumstances: Circumstances): Promise<ReportContents> {
  const trials: Gathered[] = [];
  const maker = new RowMaker();
  for await (const trial of storedTrials(location)) trials.push({ ...maker.rowOf(trial), ...standingOf(trial) });
  if (trials.length === 0) {
    throw new UserError(`${location}: there are no configurations; make some with alc create <module> ${location}`);
  }
  const rows = trials.map(({ fields }) => fields);
  const varying = varyingPars(rows);
  const keys = [...keysOf(rows)];
  const notes: string[] = [];
  const columns = columnsOf(trials, [...varying, ...keys.filter(isResult)].slice(0, MOST_COLUMNS));
  if (varying.length + keys.filter(isResult).length > MOST_COLUMNS)
    notes.push(`Of the columns the first ${MOST_COLUMNS} are shown.`);
  const { ranked, withoutResult } = rank(trials);
  const places = new Map(trials.map(({ trial }, place) => [trial.index, place]));
  const ranking = [...ranked, ...withoutResult].map(({ trial }) => places.get(trial.index) ?? 0);
  const common = keys.filter((key) => isOf('pars', key) && !varying.includes(key));
  return {
    title: basename(resolve(location)),
    location,
    ...circumstances,
    columns,
    common: common.map((key) => [key, asValue(rows[0]?.get(key))]),
    curves: curvesOf(trials, ranking, notes),
    details: detailsOf(trials, ranking, notes),
    notes,
    importance: importanceFor(trials, columns),
    provenance: provenanceOf(rows),
  };
}

function standingOf(trial: StoredTrial): Omit<Gathered, keyof Row> {
  const { state, reason } = statusOf(trial, undefined);
  const problem = reason ?? trial.unreadable;
  return { state, ...(problem !== undefined && { problem }) };
}

const isResult = (key: string): boolean =>
  isOf('report', key) || (isOf('log', key) && key !== 'log.step' && key !== 'log.bestLoss');

function columnsOf(trials: readonly Gathered[], keys: readonly string[]): ColumnContents[] {
  const column = (key: string, kind: ColumnContents['kind']): ColumnContents => ({
    key,
    kind,
    values: trials.map(({ fields }) => asValue(fields.get(key))),
  });
  return [
    column('index', 'fact'),
    { key: 'state', kind: 'fact', values: trials.map(({ state }) => state) },
    column('bestLoss', 'result'),
    ...['step', 'seconds', 'seed'].map((key) => column(key, 'fact')),
    ...keys.map((key) => column(key, isOf('pars', key) ? 'par' : 'result')),
  ];
}

function asValue(value: Value | undefined): Value {
  if (value === undefined) return null;
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value);
  return typeof value === 'string' && value.length > LONGEST_TEXT ? `${value.slice(0, LONGEST_TEXT)}…` : value;
}

function curvesOf(trials: readonly Gathered[], ranking: readonly number[], notes: string[]): CurveContents[] {
  const others = ranking.slice(BEST_CURVES);
  const every = Math.max(1, others.length / OTHER_CURVES);
  const chosen = [
    ...ranking.slice(0, BEST_CURVES),
    ...others.filter((_, i) => Math.floor(i / every) !== Math.floor((i - 1) / every)),
  ];
  if (chosen.length < ranking.length) {
    notes.push(
      `Learning curves are those of ${chosen.length} configurations: of the ${BEST_CURVES} best, and of others at equal distances in the ranking by bestLoss.`,
    );
  }
  const logs = chosen.map((row) => ({ row, log: logOf(trials[row]) })).filter(({ log }) => log.length > 0);
  const keys = [
    ...new Set(logs.flatMap(({ log }) => [...Object.keys(log[0] ?? {}), ...Object.keys(log.at(-1) ?? {})])),
  ];
  const room = CURVE_NUMBERS / Math.max(1, logs.length * keys.length);
  const most = Math.floor(Math.min(MOST_LINES, Math.max(FEWEST_LINES, room)));
  const main = keys.includes('valLoss') ? 'valLoss' : 'bestLoss';
  return logs.map(({ row, log }) => {
    const lines = thin(log, main, most);
    return {
      row,
      lines: log.length,
      series: Object.fromEntries(keys.map((key) => [key, lines.map((info) => asValue(info[key]))])),
    };
  });
}

/** One that is damaged has none; it is told among the failures. */
function logOf(row: Gathered | undefined): readonly Info[] {
  try {
    return row ? readTrialLog(row.trial.directory) : [];
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return [];
  }
}

/** Every problem; reports and records of the best. */
function detailsOf(trials: readonly Gathered[], ranking: readonly number[], notes: string[]): DetailContents[] {
  let [bytes, whole] = [0, 0];
  const details = ranking.flatMap((row, rank): DetailContents[] => {
    const gathered = trials[row];
    if (!gathered) return [];
    const { trial, problem } = gathered;
    const told = problem === undefined ? {} : { problem };
    if (rank < MOST_DETAILS && bytes < DETAIL_BYTES) {
      const { report, run } = storedTrial(trial.directory, trial.index);
      const more: { report?: Json; run?: Json } = { ...(report !== undefined && { report }), ...(run && { run }) };
      const { length } = JSON.stringify(more);
      if (bytes + length <= DETAIL_BYTES) {
        bytes += length;
        whole++;
        return [{ row, ...told, ...more }];
      }
    }
    return problem === undefined ? [] : [{ row, problem }];
  });
  if (whole < ranking.length) {
    notes.push(
      `The whole report and the record of runs in this page are those of the best by bestLoss whose reports are not too large: ${whole} of ${ranking.length}; of the others what is in the table, and the rest in their directories.`,
    );
  }
  return details;
}

/** By all results where that is quick, else by the first. */
function importanceFor(trials: readonly Row[], columns: readonly ColumnContents[]): ImportanceContents[] {
  const results = columns.filter(
    ({ kind, values }) => kind === 'result' && values.some((value) => typeof value === 'number'),
  );
  const some = results.slice(0, trials.length > MANY ? 1 : MOST_IMPORTANCES);
  return some.map(({ key }) => {
    try {
      const { parameters, interactions, r2, count, cautions } = importanceOf(
        rank(trials, { key, highest: isUsuallyHighest(key) }),
      );
      const explained = `${(100 * Math.max(0, r2)).toFixed(0)} %`;
      const together = `${(100 * interactions).toFixed(0)} %`;
      const basis = `Of ${count} configurations. The forest of fANOVA explains ${explained} of the variance of unseen ones; ${together} is due to parameters together only.`;
      return { result: key, shares: parameters, notes: [basis, ...cautions.map((caution) => `Caution: ${caution}.`)] };
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      return { result: key, shares: [], notes: [error.message] };
    }
  });
}

const PROVENANCE = [
  'run.alchemie',
  'run.node',
  'run.platform',
  'run.cpu',
  'run.git.commit',
  'run.git.dirty',
  'run.module',
];

function provenanceOf(rows: readonly Fields[]): ReportContents['provenance'] {
  return PROVENANCE.flatMap((key) => {
    const counts = new Map<string, number>();
    for (const row of rows) {
      const value = row.get(key);
      if (value !== undefined && value !== null) counts.set(String(value), (counts.get(String(value)) ?? 0) + 1);
    }
    return counts.size === 0 ? [] : [{ key: key.slice('run.'.length), values: [...counts] }];
  });
}
