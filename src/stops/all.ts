// Holds when all of several criteria do. All of them are evaluated every time.

import { type Criterion, checkCriteria } from './criterion.ts';

/** Holds when all criteria do; there must be at least one. */
export function all(...criteria: readonly Criterion[]): Criterion {
  checkCriteria('all', criteria);
  return (info, log) => !criteria.map((criterion) => criterion(info, log)).includes(false);
}
