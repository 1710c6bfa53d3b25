// Holds when any of several criteria does. All of them are evaluated every time.

import { type Criterion, checkCriteria, timetable } from './criterion.ts';

/** Holds when any of the criteria does; there must be at least one. */
export function any(...criteria: readonly Criterion[]): Criterion {
  checkCriteria('any', criteria);
  const holds: Criterion = (info, log) => criteria.map((criterion) => criterion(info, log)).includes(true);
  const nexts = criteria.flatMap(({ next }) => next ?? []);
  if (nexts.length < criteria.length) return holds;
  return timetable(holds, (step, stepsPerEpoch) => Math.min(...nexts.map((next) => next(step, stepsPerEpoch))));
}
