// Holds once the process was sent a signal, and from then on. In a browser it never does.

import type { Criterion } from './criterion.ts';

/**
 * Holds once the process was sent `signal`; from then on the signal does not end the process by itself.
 *
 * @param signal default 'SIGINT'
 */
export function onSignal(signal = 'SIGINT'): Criterion {
  let received = false;
  globalThis.process?.on(signal, () => {
    received = true;
  });
  return () => received;
}
