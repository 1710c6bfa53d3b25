// Keeps what training gives: every line of the log, and a checkpoint now and then. A disk that fails on the way is no
// reason to stop, for the checkpoint before is still there; it is tried again, and told every time.

import { LockError, UserError } from '../errors.ts';
import type { CheckpointMetadata } from '../storage/checkpoint.ts';
import type { TrialStorage } from '../storage/storage.ts';
import type { Info, Trainable } from '../trainable.ts';

/** Checkpoints may cost this part of the time by default. */
const CHECKPOINT_SHARE = 0.03;
const LEAST_CHECKPOINT_MILLISECONDS = 10_000;

export interface SaverOptions {
  readonly trainer: Trainable;
  readonly storage: TrialStorage;
  /** Of all checkpoints. */
  readonly metadata: Omit<CheckpointMetadata, 'step' | 'logBytes'>;
  /** Milliseconds between two checkpoints; default: such that they cost at most 3 % of the time, and at least 10 s. */
  readonly interval: number | undefined;
  readonly notice: (line: string) => void;
}

export class Saver {
  readonly #options: SaverOptions;
  #savedAt = performance.now();
  #cost = 0;

  constructor(options: SaverOptions) {
    this.#options = options;
  }

  /** A line that could not be written comes with the next checkpoint. */
  log(info: Info): void {
    try {
      this.#options.storage.appendLog(info);
    } catch (error) {
      this.#warn('the log could not be written', error);
    }
  }

  async saveIfDue(): Promise<void> {
    const interval = this.#options.interval ?? Math.max(LEAST_CHECKPOINT_MILLISECONDS, this.#cost / CHECKPOINT_SHARE);
    if (performance.now() - this.#savedAt < interval) return;
    try {
      await this.save();
    } catch (error) {
      this.#savedAt = performance.now();
      this.#warn('no checkpoint could be written', error);
    }
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
    await storage.writeCheckpoint(trainer.snapshot(), { ...metadata, step: trainer.step });
    this.#savedAt = performance.now();
    this.#cost = this.#savedAt - started;
  }

  #warn(what: string, error: unknown): void {
    if (!(error instanceof UserError) || error instanceof LockError) throw error;
    this.#options.notice(`warning: ${what}, training goes on: ${error.message}`);
  }
}
