// What `alc run` understands, for one configuration and for many.

import { availableParallelism } from 'node:os';
import type { RunSettings } from '../cluster/messages.ts';
import { parseDuration } from './duration.ts';
import { asNumber } from './options.ts';

/** As they were written. */
export interface RunOptions {
  readonly jobs?: string;
  readonly retry?: string;
  readonly failFast?: boolean;
  readonly data?: string;
  readonly timeLimit?: string;
  readonly checkpointEvery?: string;
  readonly acceptChanged?: boolean;
  readonly wait?: boolean;
  readonly printProgram?: boolean;
  readonly json?: boolean;
}

/** What they mean. */
export interface RunPlan {
  readonly jobs: number;
  readonly retries: number;
  readonly failFast: boolean;
  /** Milliseconds from the start of the process; none by default. */
  readonly limit?: number;
  readonly settings: RunSettings;
  readonly json: boolean;
}

/** Exit code of a run that was interrupted and can be continued; schedulers requeue on it. */
export const INTERRUPTED = 9;

/** @throws UserError where an option makes no sense: before anything is started */
export function planOf(options: RunOptions): RunPlan {
  const { data, timeLimit, checkpointEvery } = options;
  return {
    jobs: options.jobs === undefined ? availableParallelism() : asNumber('--jobs', options.jobs),
    retries: options.retry === undefined ? 0 : asNumber('--retry', options.retry, 0),
    failFast: options.failFast ?? false,
    ...(timeLimit !== undefined && { limit: parseDuration('--time-limit', timeLimit) }),
    settings: {
      acceptChanged: options.acceptChanged ?? false,
      wait: options.wait ?? false,
      ...(data !== undefined && { data }),
      ...(checkpointEvery !== undefined && { every: parseDuration('--checkpoint-every', checkpointEvery) }),
    },
    json: options.json ?? false,
  };
}
