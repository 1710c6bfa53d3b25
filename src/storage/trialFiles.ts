// The names of a trial's files, and what they alone tell.

import type { ReportName } from './storage.ts';

export const CONFIGURATION = 'cfg.mjs';
export const LOG = 'log.jsonl';
/** What is not deterministic of its runs. */
export const RUN_RECORD = 'run.json';
/** Of a run that is over for good. */
export const LAST_REPORT = 'report-last.json';
export const CHECKPOINT = /^checkpoint-([1-9]\d{0,14})\.safetensors$/;
export const SET_ASIDE = /^checkpoint-([1-9]\d{0,14})\.safetensors\.bad$/;
export const REPORT = /^report-([1-9]\d{0,14})\.json$/;

/** The newest might turn out to be damaged. */
const checkpointsKept = 2;

/**
 * The numbers of the checkpoints that are needed no more, ascending.
 *
 * @param numbers of those that there are, ascending
 * @param passedOver of those that nothing could be continued from: they take no other's place among those that are kept
 */
export function needlessCheckpoints(numbers: readonly number[], passedOver: ReadonlySet<number>): number[] {
  const kept = numbers.filter((number) => !passedOver.has(number)).slice(-checkpointsKept);
  const [oldest = 0] = kept.length < checkpointsKept ? [] : kept;
  return numbers.filter((number) => number < oldest);
}

export function checkpointName(number: number): string {
  return `checkpoint-${number}.safetensors`;
}

export function reportName(name: ReportName): string {
  if (name !== 'last' && !(Number.isSafeInteger(name) && name >= 1)) {
    throw new Error(`report: its number must be 1 or more, got ${name}`);
  }
  return `report-${name}.json`;
}

/** Numbers in those of the names that match, ascending. */
export function numbersIn(names: readonly string[], pattern: RegExp): number[] {
  const numbers = names.flatMap((name) => {
    const digits = pattern.exec(name)?.[1];
    return digits === undefined ? [] : [Number(digits)];
  });
  return numbers.sort((a, b) => a - b);
}

/** What somebody can do whose training cannot be continued. */
export const START_OVER = 'restore it from a backup, or remove all but cfg.mjs there to start over';

/**
 * What there is to say if training had got to a checkpoint and none is left: only what was there can have been set aside,
 * and an interruption that has saved nothing leaves no report.
 *
 * @param names in the trial's directory
 */
export function lostProgress(names: readonly string[]): string | undefined {
  if (names.some((name) => CHECKPOINT.test(name))) return undefined;
  const traces = names.filter((name) => SET_ASIDE.test(name) || REPORT.test(name));
  if (traces.length === 0) return undefined;
  return `training had got to a checkpoint, but none is whole, got ${traces.join(', ')}; ${START_OVER}`;
}
