// How each configuration of a location stands. What the directories say holds; the queue adds who waits and who runs where.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Holder, lifeOf, orNull, parseHolder } from '../storage/holder.node.ts';
import { isJsonObject, parseJson } from '../storage/json.ts';
import { type Summary, summaries } from '../storage/summary.node.ts';
import type { Entry } from './slurm/commands.ts';

/** From what is over to what has not begun; `lost`: it was running, and whatever ran it is no more. */
export const states = [
  'finished',
  'diverged',
  'failed',
  'cancelled',
  'running',
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
}

/** @param entries of the queue, by configuration */
export async function* statuses(location: string, entries: ReadonlyMap<number, Entry>): AsyncGenerator<Status> {
  for await (const summary of summaries(location)) yield statusOf(summary, entries.get(summary.index));
}

export function statusOf(summary: Summary, entry: Entry | undefined): Status {
  const { index, directory, state, step, bestLoss, damage } = summary;
  const facts = { index, directory, step, bestLoss };
  if (state === 'finished' || state === 'diverged') return { ...facts, state };
  if (damage !== undefined) return { ...facts, state: 'failed', reason: damage };
  return { ...facts, ...unfinished(facts, entry) };
}

type Standing = Pick<Status, 'state' | 'job' | 'where' | 'restarts' | 'reason'>;

function unfinished({ directory, step }: Pick<Status, 'directory' | 'step'>, entry: Entry | undefined): Standing {
  const names = orNull(() => readdirSync(directory)) ?? [];
  const marker = ['_running', '_requeued', '_failed', '_cancelled'].find((name) => names.includes(name));
  if (entry) {
    const restarts = marker === undefined ? 0 : restartsOf(join(directory, marker));
    if (entry.state === 'PENDING') return { state: 'queued', job: entry.id, restarts, reason: entry.reason };
    return { state: 'running', job: entry.id, where: entry.nodes, restarts };
  }
  const holders = holdersOf(directory, names);
  const alive = holders.find((holder) => lifeOf(holder) !== 'dead');
  if (alive) return { state: 'running', where: alive.host };
  if (marker === '_failed') return { state: 'failed', reason: errorOf(directory) ?? 'see output.txt' };
  if (marker === '_cancelled') return { state: 'cancelled' };
  if (marker !== undefined) return { state: 'lost' };
  const run = runOf(directory);
  if (run?.state === 'failed') return { state: 'failed', reason: errorOf(directory) ?? 'see output.txt' };
  // A process that ends takes its lock along, unless it is killed.
  if (run?.state === 'running' || holders.length > 0) return { state: 'lost' };
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
  const path = join(directory, 'run.json');
  const run = orNull(() => parseJson(readFileSync(path, 'utf8'), path)) ?? undefined;
  return isJsonObject(run) ? run : undefined;
}

/** What the newest run has failed by. */
function errorOf(directory: string): string | undefined {
  const lineage = runOf(directory)?.lineage;
  const newest = Array.isArray(lineage) ? lineage.at(-1) : undefined;
  return isJsonObject(newest) && typeof newest.error === 'string' ? newest.error : undefined;
}
