// Keeps what training gives: every line of the log, and a checkpoint now and then. A disk that fails on the way is no
// reason to stop, for the checkpoint before is still there; it is tried again, ever more seldom, and told every time.

import { LockError, UserError } from '../errors.ts';
import type { CheckpointMetadata, LogPart } from '../storage/checkpoint.ts';
import type { TrialStorage } from '../storage/storage.ts';
import type { Info, Snapshot, Trainable } from '../trainable.ts';

/** Checkpoints may cost this part of the time by default. */
const CHECKPOINT_SHARE = 0.03;
const LEAST_CHECKPOINT_MILLISECONDS = 10_000;

/** A disk that is full is seldom emptied at once: each attempt waits twice as long as the one before. */
const FIRST_RETRY_MILLISECONDS = 10_000;
const MOST_RETRY_MILLISECONDS = 600_000;

export interface SaverOptions {
  readonly trainer: Trainable;
  readonly storage: TrialStorage;
  /** Number of the checkpoint that training goes on from, if any. */
  readonly newest: number | undefined;
  /** Of all checkpoints. */
  readonly metadata: Omit<CheckpointMetadata, 'step' | keyof LogPart>;
  /** Milliseconds between two checkpoints; default: such that they cost at most 3 % of the time, and at least 10 s. */
  readonly interval: number | undefined;
  readonly notice: (line: string) => void;
}

export class Saver {
  readonly #options: SaverOptions;
  /** Number of the newest checkpoint. */
  newest: number | undefined;
  /** The last one that was written: its memory can be used again. */
  snapshot: Snapshot | undefined;
  #savedAt = performance.now();
  #cost = 0;
  /** Milliseconds to wait after an attempt that failed; 0 if the newest did not. */
  #patience = 0;

  constructor(options: SaverOptions) {
    this.#options = options;
    this.newest = options.newest;
  }

  /** A line that could not be written comes with the next checkpoint. */
  log(info: Info): void {
    try {
      this.#options.storage.appendLog(info);
    } catch (error) {
      this.#warn('the log could not be written', 'training goes on, and the next checkpoint makes up for it', error);
    }
  }

  async saveIfDue(): Promise<void> {
    if (performance.now() - this.#savedAt < this.#interval) return;
    try {
      await this.save();
    } catch (error) {
      this.#savedAt = performance.now();
      this.#patience = Math.min(2 * this.#patience || FIRST_RETRY_MILLISECONDS, MOST_RETRY_MILLISECONDS);
      const seconds = Math.ceil(this.#interval / 1000);
      this.#warn('no checkpoint could be written', `training goes on, next attempt in ${seconds} s`, error);
    }
  }

  /** Milliseconds from the last checkpoint, or the last attempt at one, to the next. */
  get #interval(): number {
    const { interval = Math.max(LEAST_CHECKPOINT_MILLISECONDS, this.#cost / CHECKPOINT_SHARE) } = this.#options;
    return Math.max(interval, this.#patience);
  }

  /**
   * Saves what is finite. What is not is about to be found diverged: the checkpoint before leads here again, and is what
   * whoever mends the configuration can continue.
   *
   * @throws when it cannot be written
   */
  async save(): Promise<void> {
    const { trainer, storage, metadata } = this.#options;
    const started = performance.now();
    this.#savedAt = started;
    if (trainer.isFinite === false) return;
    this.snapshot = trainer.snapshot(this.snapshot);
    this.newest = await storage.writeCheckpoint(this.snapshot, { ...metadata, step: trainer.step });
    this.#savedAt = performance.now();
    this.#cost = this.#savedAt - started;
    if (this.#patience > 0) this.#options.notice('checkpoints can be written again');
    this.#patience = 0;
  }

  #warn(what: string, outlook: string, error: unknown): void {
    if (!(error instanceof UserError) || error instanceof LockError) throw error;
    this.#options.notice(`warning: ${what}; ${outlook}: ${error.message}`);
  }
}
