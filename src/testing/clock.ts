// Time that tests decide on. A trainer works in slices of some milliseconds and may be asked to come back between them:
// with a clock of ours the places where it is asked are the same every time.

import { vi } from 'vitest';

/** Lets `performance.now()` go on by `milliseconds()` at every call, until the returned function is called. */
export function setClock(milliseconds: () => number): () => void {
  let now = 0;
  const spy = vi.spyOn(performance, 'now').mockImplementation(() => {
    now += milliseconds();
    return now;
  });
  return () => spy.mockRestore();
}
