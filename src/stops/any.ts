// Holds when any of several criteria does. All of them are evaluated every time.

import { type Criterion, checkCriteria, timetable } from './criterion.ts';

/** Holds when any of the criteria does; there must be at least one. */
export function any(...criteria: readonly Criterion[]): Criterion {
  checkCriteria('any', criteria);
  const holds: Criterion = (info, log) => criteria.map((criterion) => criterion(info, log)).includes(true);
  const nexts = criteria.flatMap(({ next }) => next ?? []);
  const latests = criteria.flatMap(({ latest }) => latest ?? []);
  return timetable(holds, {
    ...(nexts.length === criteria.length && {
      next: (step, stepsPerEpoch) => Math.min(...nexts.map((next) => next(step, stepsPerEpoch))),
    }),
    ...(latests.length > 0 && {
      latest: (stepsPerEpoch) => Math.min(...latests.map((latest) => latest(stepsPerEpoch))),
    }),
  });
}
