// How each configuration of a location stands. What the directories say holds; the queue adds who waits and who runs where.

import { closeSync, fstatSync, openSync, readdirSync, readFileSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { orNull } from '../storage/disk.node.ts';
import { type Holder, lifeOf, parseHolder } from '../storage/holder.node.ts';
import { isJsonObject, parseJson } from '../storage/json.ts';
import type { Summary } from '../storage/summary.node.ts';
import { LOG, RUN_RECORD } from '../storage/trialFiles.ts';
import { storedTrials } from '../storage/trials.node.ts';
import type { Entry } from './slurm/commands.ts';

/**
 * From what is over to what has not begun; `stale`: whatever runs it on another host has given no sign of life for long;
 * `lost`: it was running, and whatever ran it is no more.
 */
export const states = [
  'finished',
  'diverged',
  'failed',
  'cancelled',
  'running',
  'stale',
  'queued',
  'interrupted',
  'lost',
  'new',
] as const;
export type State = (typeof states)[number];

export interface Status extends Omit<Summary, 'state' | 'damage'> {
  readonly state: State;
  /** The task of a job that runs it or will run it. */
  readonly job?: string;
  /** Node or host. */
  readonly where?: string;
  /** How many times its job was sent back to the queue. */
  readonly restarts?: number;
  /** Why it waits, or has failed. */
  readonly reason?: string;
  /** Of one that runs, or was running when it was lost: seconds since its heart beat, or it wrote anything. */
  readonly quietSeconds?: number;
}

/** After so long `alc run --wait` takes over from another host, by its own clock. */
const STALE_SECONDS = 90;

/** @param entries of the queue, by configuration */
export async function* statuses(location: string, entries: ReadonlyMap<number, Entry>): AsyncGenerator<Status> {
  for await (const trial of storedTrials(location)) yield statusOf(trial, entries.get(trial.index));
}

export function statusOf(summary: Summary, entry: Entry | undefined): Status {
  const { index, directory, state, step, bestLoss, damage } = summary;
  const facts = { index, directory, step, bestLoss };
  if (state === 'finished' || state === 'diverged') return { ...facts, state };
  if (damage !== undefined) return { ...facts, state: 'failed', reason: damage };
  return { ...facts, ...unfinished(facts, entry) };
}

type Standing = Pick<Status, 'state' | 'job' | 'where' | 'restarts' | 'reason' | 'quietSeconds'>;

function unfinished({ directory, step }: Pick<Status, 'directory' | 'step'>, entry: Entry | undefined): Standing {
  const names = orNull(() => readdirSync(directory)) ?? [];
  const marker = ['_running', '_requeued', '_failed', '_cancelled'].find((name) => names.includes(name));
  if (entry) {
    const restarts = marker === undefined ? 0 : restartsOf(join(directory, marker));
    if (entry.state === 'PENDING') return { state: 'queued', job: entry.id, restarts, reason: entry.reason };
    return { state: 'running', job: entry.id, where: entry.nodes, restarts, ...quietness(directory, names) };
  }
  const holders = holdersOf(directory, names);
  const alive = holders.find((holder) => lifeOf(holder) !== 'dead');
  if (alive) {
    const quiet = quietness(directory, names);
    const isStale = lifeOf(alive) === 'unknown' && (quiet.quietSeconds ?? 0) > STALE_SECONDS;
    return { state: isStale ? 'stale' : 'running', where: alive.host, ...quiet };
  }
  if (marker === '_failed') return { state: 'failed', reason: errorOf(directory) };
  if (marker === '_cancelled') return { state: 'cancelled' };
  const run = runOf(directory);
  if (marker === undefined && run?.state === 'failed') return { state: 'failed', reason: errorOf(directory) };
  // A process that ends takes its lock along, unless it is killed.
  if (marker !== undefined || run?.state === 'running' || holders.length > 0) {
    return { state: 'lost', ...quietness(directory, names) };
  }
  return { state: step === null && run === undefined ? 'new' : 'interrupted' };
}

/** The second word of a marker; the first is the job's id. */
function restartsOf(path: string): number {
  return Number(orNull(() => readFileSync(path, 'utf8'))?.split(' ')[1]) || 0;
}

const LOCK = /^\.lock-\d+$/;

/** The processes that run it without any scheduler, or did when they were killed. */
function holdersOf(directory: string, names: readonly string[]): Holder[] {
  return names
    .filter((name) => LOCK.test(name))
    .flatMap((name) => parseHolder(orNull(() => readFileSync(join(directory, name), 'utf8')) ?? '') ?? []);
}

function runOf(directory: string) {
  const path = join(directory, RUN_RECORD);
  const run = orNull(() => parseJson(readFileSync(path, 'utf8'), path)) ?? undefined;
  return isJsonObject(run) ? run : undefined;
}

/** What the newest run has failed by; if it could not say it, the last line that was printed. */
function errorOf(directory: string): string {
  const lineage = runOf(directory)?.lineage;
  const newest = Array.isArray(lineage) ? lineage.at(-1) : undefined;
  const error = isJsonObject(newest) ? newest.error : undefined;
  return typeof error === 'string' ? error : (lastPrinted(join(directory, 'output.txt')) ?? 'see output.txt');
}

const TAIL_BYTES = 4096;

/** The last line that is not empty. */
function lastPrinted(path: string): string | undefined {
  const text = orNull(() => {
    const file = openSync(path, 'r');
    try {
      const { size } = fstatSync(file);
      const bytes = new Uint8Array(Math.min(size, TAIL_BYTES));
      readSync(file, bytes, 0, bytes.length, size - bytes.length);
      return new TextDecoder().decode(bytes);
    } finally {
      closeSync(file);
    }
  });
  return text?.split('\n').findLast((line) => line.trim() !== '');
}

/** By the times of what is written while it runs; nothing if there is no such file. */
function quietness(directory: string, names: readonly string[]): Pick<Status, 'quietSeconds'> {
  const signs = names.filter((name) => LOCK.test(name) || name === LOG || name === 'output.txt');
  const times = signs.flatMap((name) => orNull(() => statSync(join(directory, name)).mtimeMs) ?? []);
  return times.length === 0 ? {} : { quietSeconds: Math.max(0, (Date.now() - Math.max(...times)) / 1000) };
}
