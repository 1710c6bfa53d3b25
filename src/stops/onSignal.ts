// Holds once the process was sent a signal, and from then on. In a browser it never does.

import type { Criterion } from './criterion.ts';

/** How often each signal came. */
const counts = new Map<string, number>();

/** Signals that are listened to. */
const listening = new Set<string>();

/**
 * Holds once the process was sent `signal`; a second one ends the process as it would have without the criterion.
 *
 * @param signal default 'SIGINT'
 * @throws on what is not the name of a signal
 */
export function onSignal(signal = 'SIGINT'): Criterion {
  if (!/^SIG[A-Z0-9]+$/.test(signal)) {
    throw new Error(`onSignal: expected the name of a signal such as 'SIGTERM', got '${signal}'`);
  }
  const before = counts.get(signal) ?? 0;
  // The first criterion after each signal listens, for all of them.
  if (!listening.has(signal)) {
    listening.add(signal);
    globalThis.process?.once(signal, () => {
      listening.delete(signal);
      counts.set(signal, (counts.get(signal) ?? 0) + 1);
    });
  }
  return () => (counts.get(signal) ?? 0) > before;
}
