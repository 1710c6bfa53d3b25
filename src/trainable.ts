// What an experiment's trainer must be able to do so that it can be cut, continued, compared and reported.
// `Trainer` is one; a trainer of another framework may be another.

import type { Tensor } from './data/tensor.ts';

/** What a trainer knows at a pause: one line of the log. Losses may be NaN or infinite. */
export interface Info {
  /** Parameter updates made. */
  readonly step: number;
  /** Smallest validation loss so far. */
  readonly bestLoss: number;
  readonly [key: string]: number | string | boolean | null;
}

/** Everything that training changes, by name: training goes on from it as if nothing had happened. */
export type Snapshot = ReadonlyMap<string, Tensor>;

/** How the surroundings take part in training. */
export interface Watch {
  /** Called with every new line of the log, after it was added. */
  readonly logged?: (info: Info) => void;
  /** Called often, between two slices of work, when a snapshot may be taken; `true` asks to come back at once. */
  readonly between?: () => boolean | Promise<boolean>;
  /** The first step after `step` that is not to be passed without a call of `between`. Default: there is none. */
  readonly next?: (step: number) => number;
}

export interface Trainable {
  /** Trains until it is stopped for good, or until `watch.between` asks it to come back. */
  fit(watch?: Watch): Promise<void>;
  /** A copy; the memory of `previous`, an earlier one that is not needed any more, may be used for it. */
  snapshot(previous?: Snapshot): Snapshot;
  /** Takes up a snapshot, and the log as it was when the snapshot was taken. */
  restore(snapshot: Snapshot, log: readonly Info[]): void;
  /** Whether training is over for good: calling `fit` again does nothing. */
  readonly stopped: boolean;
  /** Whether it is over because losses were no longer finite. */
  readonly diverged?: boolean;
  /** Whether what is learnt consists of finite numbers; else no snapshot of it is kept. */
  readonly isFinite?: boolean;
  readonly step: number;
  readonly log: readonly Info[];
  /** Smallest validation loss so far; Infinity before the first pause. */
  readonly bestLoss: number;
  /** Runs `use` with the best parameters switched in, the last ones afterwards. */
  withBest<T>(use: () => T | Promise<T>): Promise<T>;
  /** The step at which it is over at the latest, where that is known. */
  readonly latestStep?: number | undefined;
  /** Seconds spent training, all continuations together; set before `fit` when there were earlier ones. */
  seconds?: number;
  /** Bytes of memory that training takes. */
  readonly bytes?: number;
  /** What is computed, as text: a snapshot fits only the same. */
  readonly program?: string;
}
