// How a run ended: in words, and, of one that is over for good, from what it has left.

import { isJsonObject, type Json, numberFrom } from '../storage/json.ts';
import { endStateOf, lastReport, newestInfo, runRecord } from '../storage/summary.node.ts';
import type { Outcome } from '../trial.ts';
import { showSeconds } from './duration.ts';

export interface StoredOutcome {
  readonly directory: string;
  readonly state: 'finished' | 'diverged';
  readonly step: number | null;
  readonly bestLoss: number | null;
  /** Spent training, all runs together. */
  readonly seconds: number | null;
  /** Of the state, where run.json knows it. */
  readonly sha256: string | null;
  readonly report: Json;
}

/** Nothing if the run is not over. */
export async function storedOutcome(directory: string): Promise<StoredOutcome | undefined> {
  const report = await lastReport(directory);
  if (report === undefined) return undefined;
  const [newest, run] = [await newestInfo(directory), await runRecord(directory)];
  const { seconds, sha256 } = isJsonObject(run) ? run : {};
  return {
    directory,
    state: endStateOf(directory, newest, run),
    step: newest?.step ?? null,
    bestLoss: newest?.bestLoss ?? null,
    seconds: numberFrom(seconds) ?? null,
    sha256: typeof sha256 === 'string' ? sha256 : null,
    report,
  };
}

/** One line, without the configuration's name. */
export function outcomeText(outcome: Outcome, reason: string | undefined): string {
  const { state, step, bestLoss, seconds } = outcome;
  const loss =
    bestLoss === Number.POSITIVE_INFINITY ? 'no validation loss yet' : `best validation loss ${showLoss(bestLoss)}`;
  const facts = `step ${step}, ${loss}, ${showSeconds(seconds)} of training`;
  return {
    finished: `finished: ${facts}`,
    interrupted: `interrupted by ${reason ?? 'its own criterion'}: ${facts}; run it again to continue`,
    diverged: `diverged: the training loss is no longer finite; ${facts}; the report is of the best parameters`,
  }[state];
}

/** For `--json`, of a run that has failed or could not start. */
export function failureOf(directory: string, message: string): object {
  return { directory, state: 'failed', error: withoutName(directory, message) };
}

/** Messages begin with the configuration's name where it is not said before. */
export function withoutName(directory: string, message: string): string {
  return message.startsWith(`${directory}: `) ? message.slice(directory.length + 2) : message;
}

/** Six significant digits. */
export function showLoss(loss: number): string {
  return String(Number(loss.toPrecision(6)));
}
