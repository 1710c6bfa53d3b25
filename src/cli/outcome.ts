// The outcome of a run that is over for good, from what it has left.

import { join } from 'node:path';
import { readBytes } from '../storage/disk.node.ts';
import { isJsonObject, type Json, numberFrom, parseJson, parseLog } from '../storage/json.ts';
import { endState } from '../storage/summary.node.ts';

export interface StoredOutcome {
  readonly directory: string;
  readonly state: 'finished' | 'diverged';
  readonly step: number | null;
  readonly bestLoss: number | null;
  /** Spent training, all runs together. */
  readonly seconds: number | null;
  readonly report: Json;
}

/** Nothing if the run is not over. */
export function storedOutcome(directory: string): StoredOutcome | undefined {
  const [report, run, log] = ['report-last.json', 'run.json', 'log.jsonl'].map((name) => {
    const path = join(directory, name);
    const bytes = readBytes(path);
    return bytes && { path, text: new TextDecoder().decode(bytes) };
  });
  if (!report) return undefined;
  const newest = log && parseLog(log.text, log.path).at(-1);
  const record = run && parseJson(run.text, run.path);
  return {
    directory,
    state: endState(directory),
    step: newest?.step ?? null,
    bestLoss: newest?.bestLoss ?? null,
    seconds: (isJsonObject(record) ? numberFrom(record.seconds) : undefined) ?? null,
    report: parseJson(report.text, report.path),
  };
}
