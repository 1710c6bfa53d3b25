// Once `n` parameter updates were made.

import { type Criterion, checkPositive, timetable } from './criterion.ts';

export function afterSteps(n: number): Criterion {
  checkPositive('afterSteps', 'the number of steps', n);
  return timetable(
    ({ step }) => step >= n,
    (step) => Math.max(step + 1, n),
  );
}
