// The file store of MLflow: a folder for the experiment, in it one for each trial, in which parameters, tags and metrics are
// files. `mlflow ui --backend-store-uri <folder>` shows it. The time of a trial's metrics is when it was first started, 0 where
// that is not known, as the log has no times. The report is an artifact, and what of it are numbers are metrics too.
// Source: mlflow/store/tracking/file_store.py and mlflow/utils/validation.py, version 2.

import { hashName } from '../../graph/hash.ts';
import { stringify } from '../../storage/json.ts';
import { fieldsOf, isOf, parsOf, type Value } from '../fields.ts';
import { runTimes } from '../runTimes.ts';
import type { LoggedTrial } from '../table.ts';
import { encodeLines, type Format, type OutputFile } from './format.ts';

export const mlflow: Format = {
  *folder(trials, name, url) {
    const experiment = `${hashName(name)}`;
    const artifacts = `${url}/${experiment}`;
    const facts = {
      artifact_location: artifacts,
      creation_time: 0,
      experiment_id: experiment,
      last_update_time: 0,
      lifecycle_stage: 'active',
      name,
    };
    yield { path: `${experiment}/meta.yaml`, chunks: yaml(facts) };
    const pathOf = paths();
    for (const trial of trials) {
      const run = `${hashName(name).toString(16).padStart(8, '0')}${`${trial.index}`.padStart(24, '0')}`;
      for (const { path, chunks } of runFiles(trial, pathOf)) {
        yield { path: `${experiment}/${run}/${path}`, chunks };
      }
      const { started, ended } = runTimes(trial);
      const meta = {
        artifact_uri: `${artifacts}/${run}/artifacts`,
        end_time: ended ?? null,
        entry_point_name: '',
        experiment_id: experiment,
        lifecycle_stage: 'active',
        run_id: run,
        run_name: `${trial.index}`,
        run_uuid: run,
        source_name: '',
        source_type: LOCAL,
        source_version: '',
        start_time: started ?? 0,
        status: STATUS[trial.state],
        tags: [],
        user_id: '',
      };
      yield { path: `${experiment}/${run}/meta.yaml`, chunks: yaml(meta) };
    }
  },
};

const LOCAL = 4;

/** RUNNING, SCHEDULED, FINISHED, FAILED. */
const STATUS: Readonly<Record<LoggedTrial['state'], number>> = {
  unfinished: 1,
  'no result': 2,
  finished: 3,
  diverged: 4,
  damaged: 4,
};

function* runFiles(trial: LoggedTrial, pathOf: PathOf): Generator<OutputFile> {
  const fields = fieldsOf(trial);
  const time = runTimes(trial).started ?? 0;
  for (const [key, value] of fields) {
    if (isOf('report', key) && typeof value === 'number') {
      yield { path: pathOf('metrics', key), chunks: encodeLines([`${time} ${told(value)} ${trial.step ?? 0}`]) };
    }
  }
  for (const [name, value] of parsOf(fields)) {
    yield { path: pathOf('params', name), chunks: [encoder.encode(told(value))] };
  }
  const metrics = new Map<string, string[]>();
  for (const { step, ...numbers } of trial.readLog()) {
    for (const [key, value] of Object.entries(numbers)) {
      if (typeof value !== 'number') continue;
      const lines = metrics.get(key) ?? [];
      metrics.set(key, lines);
      lines.push(`${time} ${told(value)} ${Math.trunc(step)}`);
    }
  }
  for (const [key, lines] of metrics) yield { path: pathOf('metrics', key), chunks: encodeLines(lines) };
  const tags = {
    'mlflow.runName': `${trial.index}`,
    'mlflow.source.name': fields.get('run.module'),
    'mlflow.source.git.commit': fields.get('run.git.commit'),
    'alchemie.state': trial.state,
    'alchemie.seed': fields.get('seed'),
  };
  for (const [key, value] of Object.entries(tags)) {
    if (value !== undefined && value !== null) yield { path: `tags/${key}`, chunks: [encoder.encode(String(value))] };
  }
  if (trial.report !== undefined) {
    yield { path: 'artifacts/report.json', chunks: encodeLines([stringify(trial.report, 2)]) };
  }
}

const encoder = new TextEncoder();

/** As Python reads numbers back to the same. */
function told(value: Value): string {
  return Object.is(value, -0) ? '-0' : String(value);
}

type PathOf = (folder: 'params' | 'metrics', name: string) => string;

/** Names of files are those of parameters and metrics: of characters that MLflow allows, and others for every name. */
function paths(): PathOf {
  const known = new Map<string, string>();
  const taken = new Set<string>();
  return (folder, name) => {
    const wanted = `${folder}/${name}`;
    const before = known.get(wanted);
    if (before !== undefined) return before;
    const plain = `${folder}/${name
      .replace(/[^\w.\- ]/g, '_')
      .replace(/^\.+/, '_')
      .slice(0, 200)}`;
    let path = plain;
    // Some file systems do not distinguish capitals.
    for (let i = 2; taken.has(path.toLowerCase()); i++) path = `${plain}_${i}`;
    taken.add(path.toLowerCase());
    known.set(wanted, path);
    return path;
  };
}

/** JSON is YAML. */
function yaml(fields: object): Iterable<Uint8Array> {
  return encodeLines(Object.entries(fields).map(([key, value]) => `${key}: ${stringify(value)}`));
}
