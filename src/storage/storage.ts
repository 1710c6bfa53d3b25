// What a trial needs of the place where it is kept: a directory on disk, or a browser's storage.

import type { Info, Snapshot } from '../trainable.ts';
import type { CheckpointMetadata, LogPart } from './checkpoint.ts';
import type { Json } from './json.ts';

/** On disk every call is done when it returns, so that nothing comes between; browsers may need to wait. */
export type Awaitable<T> = T | Promise<T>;

export interface Checkpoint {
  readonly number: number;
  readonly snapshot: Snapshot;
  readonly metadata: CheckpointMetadata;
}

/** A file that cannot be used. */
export interface PassedOver {
  readonly reason: string;
  /** Of a damaged one: the name under which it is kept. Whatever may be of use yet is left where it is. */
  readonly keptAs?: string;
}

/** Report n of the n-th interruption, or the one written when training had stopped for good. */
export type ReportName = 'last' | number;

/**
 * One trial. Only one writer at a time, which begins with `acquire`, `sweep`, `newestCheckpoint` and `readLog`, in this
 * order. Every call may throw a LockError once another process has taken over.
 */
export interface TrialStorage {
  /**
   * Becomes the writer, until `close`; does nothing if it is.
   *
   * @throws LockError when another process is
   */
  acquire(): Awaitable<void>;

  /** Removes what a writer that was killed left unfinished. */
  sweep(): Awaitable<void>;

  /**
   * The newest whole checkpoint whose part of the log is there, and those that had to be passed over to find it, newest
   * first.
   *
   * @param isExpected whether training is known to have got to one
   * @throws UserError when training had got to a checkpoint but none is left that can be used, or the newest whole one is
   *   of another format
   */
  newestCheckpoint(isExpected?: boolean): Awaitable<{
    readonly checkpoint: Checkpoint | undefined;
    readonly passedOver: readonly PassedOver[];
  }>;

  /**
   * Makes the log durable, then the checkpoint, and only then removes all but the two newest. Returns its number.
   * Nothing valid is lost when it throws: training may go on and try again later.
   */
  writeCheckpoint(snapshot: Snapshot, metadata: Omit<CheckpointMetadata, keyof LogPart>): Awaitable<number>;

  /** The part of the log that belongs to a checkpoint, none without one; what came later is cut off. */
  readLog(part?: LogPart): Awaitable<Info[]>;

  /**
   * Adds a line, not yet durably. Synchronous, as it is called in the midst of training. When it throws, this line and
   * those that follow are remembered and written by the next `syncLog` or `writeCheckpoint`.
   */
  appendLog(info: Info): void;

  syncLog(): Awaitable<void>;

  /** Replaces a report as a whole, durably. */
  writeReport(name: ReportName, value: unknown): Awaitable<void>;
  readReport(name: ReportName): Awaitable<Json | undefined>;
  /** The numbered reports there are, ascending. */
  reportNumbers(): Awaitable<number[]>;

  /** What is not deterministic: times, host, versions, lineage. */
  writeRun(value: unknown): Awaitable<void>;

  /** What was written last; a damaged one, which is no result, is set aside and passed over. */
  readRun(): Awaitable<{ readonly run: Json | undefined; readonly passedOver: readonly PassedOver[] }>;

  /** Lets go of open files, and others write. */
  close(): Awaitable<void>;
}
