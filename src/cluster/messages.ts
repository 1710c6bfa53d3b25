// What a pool and its workers say to each other. Sent as structured clones: NaN and infinite losses arrive as they are.

import type { Outcome } from '../trial.ts';

/** What holds for every configuration that a worker runs. */
export interface RunSettings {
  /** The folder given with `--data`. */
  readonly data?: string;
  /** Milliseconds between checkpoints. */
  readonly every?: number;
  readonly acceptChanged: boolean;
  /** Wait for a configuration that another process is running. */
  readonly wait: boolean;
}

export interface RunOrder {
  readonly type: 'run';
  readonly directory: string;
  /** The same in all orders that one worker gets. */
  readonly module: string;
  readonly settings: RunSettings;
}

export type ToWorker =
  | RunOrder
  /** Save what is running and come back; run nothing more. */
  | { readonly type: 'interrupt'; readonly reason: string };

export type FromWorker =
  /** The module cannot be loaded; nothing can be run. */
  | { readonly type: 'refused'; readonly message: string; readonly exitCode: number }
  | { readonly type: 'notice'; readonly text: string }
  | { readonly type: 'ended'; readonly ending: Ending; readonly isReusable: boolean };

/** How one configuration's run ended. */
export type Ending =
  | { readonly state: Outcome['state']; readonly outcome: Outcome; readonly reason?: string }
  /** Asked to come back before it had begun. */
  | { readonly state: 'untouched'; readonly reason: string }
  /** It had ended before, or somebody else has ended it in the meantime. */
  | { readonly state: 'over'; readonly hasDiverged: boolean }
  /** Somebody else is running it. */
  | { readonly state: 'locked'; readonly message: string }
  | { readonly state: 'failed'; readonly message: string };
