// Once `n` parameter updates were made.

import { type Criterion, timetable } from './criterion.ts';

export function afterSteps(n: number): Criterion {
  return timetable(
    ({ step }) => step >= n,
    (step) => Math.max(step + 1, n),
  );
}
