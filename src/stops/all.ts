// Holds when all of several criteria do. All of them are evaluated every time.

import type { Criterion } from './criterion.ts';

/** Holds when all criteria do; without any, always. */
export function all(...criteria: readonly Criterion[]): Criterion {
  return (info, log) => !criteria.map((criterion) => criterion(info, log)).includes(false);
}
