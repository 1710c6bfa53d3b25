// When a trial was run, as run.json has it: results hold no times.

import { isJsonObject, type Json } from '../storage/json.ts';
import type { StoredTrial } from '../storage/trials.node.ts';

/** Milliseconds since 1970; undefined where it is not known. */
export interface RunTimes {
  /** Beginning of the first run of the lineage. */
  readonly started: number | undefined;
  /** End of the last one, if it has ended. */
  readonly ended: number | undefined;
}

export function runTimes({ run }: Pick<StoredTrial, 'run'>): RunTimes {
  const lineage = Array.isArray(run?.lineage) ? run.lineage : [];
  return { started: timeIn(lineage[0], 'started'), ended: timeIn(lineage.at(-1), 'ended') };
}

function timeIn(continuation: Json | undefined, key: string): number | undefined {
  const text = isJsonObject(continuation) ? continuation[key] : undefined;
  const time = typeof text === 'string' ? Date.parse(text) : Number.NaN;
  return Number.isFinite(time) ? time : undefined;
}
