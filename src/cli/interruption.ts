// Signals and time limits: the first signal asks a run to save and come back, the second leaves at once.

import inspector from 'node:inspector';
import { constants } from 'node:os';

export const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGUSR1', 'SIGUSR2'] as const;

/** Whether SIGUSR1 has come before anybody listened. */
let isEarly = false;

/**
 * SIGUSR1 would open the debugger of Node.js to everybody on the machine. From now on it does not; if it came before, the
 * debugger is closed again, unless it was asked for, and the signal is one like any other.
 */
export function keepDebuggerClosed(): void {
  process.on('SIGUSR1', () => {
    isEarly = true;
  });
  const isAskedFor = /--inspect(-brk|-wait)?(=|\s|$)/.test([...process.execArgv, process.env.NODE_OPTIONS].join(' '));
  if (isAskedFor) return;
  const close = (): void => {
    if (inspector.url() === undefined) return;
    inspector.close();
    process.emit('SIGUSR1');
  };
  close();
  // One that was about to open.
  for (const milliseconds of [1, 100, 1000, 10_000]) setTimeout(close, milliseconds).unref();
}

export interface Interruption {
  /** What asked the run to come back, if anything did. */
  readonly reason: () => string | undefined;
}

/**
 * @param limit milliseconds from the start of the process after which the run comes back
 * @param onSignal called at the first signal, and at the second one, after which the process leaves at once; within a job of
 *   Slurm only a second SIGINT counts
 */
export function listen(
  limit: number = Number.POSITIVE_INFINITY,
  onSignal: (signal: NodeJS.Signals, isSecond: boolean) => void = () => {},
): Interruption {
  let received: NodeJS.Signals | undefined;
  // There srun and slurmstepd both tell of a preemption, and the time limit follows its own warning: that is no impatience.
  const isUnderSlurm = process.env.SLURM_JOB_ID !== undefined;
  const receive = (signal: NodeJS.Signals): void => {
    if (received && isUnderSlurm && signal !== 'SIGINT') return;
    onSignal(signal, received !== undefined);
    if (received) process.exit(128 + constants.signals[signal]);
    received = signal;
  };
  for (const signal of SIGNALS) process.on(signal, () => receive(signal));
  if (isEarly) receive('SIGUSR1');
  return { reason: () => received ?? (performance.now() >= limit ? 'the time limit' : undefined) };
}
