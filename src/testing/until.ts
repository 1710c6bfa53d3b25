// Waiting for what another process does: never without end, and not for one that is no more.

import type { ChildProcess } from 'node:child_process';

const LONGEST_PAUSE = 100;

export interface Patience {
  /** After which it is an error. Default: 30. */
  readonly seconds?: number;
  /** Without whom it will not come true. */
  readonly child?: ChildProcess;
}

/** @throws where it has not come true in time, or `child` has ended without it */
export async function until(
  what: string,
  holds: () => boolean | Promise<boolean>,
  { seconds = 30, child }: Patience = {},
): Promise<void> {
  const end = Date.now() + 1000 * seconds;
  for (let pause = 1; ; pause = Math.min(2 * pause, LONGEST_PAUSE)) {
    // Before the look: what it did last counts.
    const ending = child?.exitCode ?? child?.signalCode ?? undefined;
    if (await holds()) return;
    if (ending !== undefined) throw new Error(`waited in vain for ${what}: the process has ended with ${ending}`);
    if (Date.now() >= end) throw new Error(`waited ${seconds} s in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}
