// Holds when all of several criteria do. All of them are evaluated every time.

import { type Criterion, checkCriteria, timetable } from './criterion.ts';

/** Holds when all criteria do; there must be at least one. */
export function all(...criteria: readonly Criterion[]): Criterion {
  checkCriteria('all', criteria);
  const holds: Criterion = (info, log) => !criteria.map((criterion) => criterion(info, log)).includes(false);
  const latests = criteria.flatMap(({ latest }) => latest ?? []);
  if (latests.length < criteria.length) return holds;
  return timetable(holds, {
    latest: (stepsPerEpoch) => Math.max(...latests.map((latest) => latest(stepsPerEpoch))),
  });
}
