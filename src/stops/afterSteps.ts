// Once `n` parameter updates were made.

import { checkPositive } from '../catalogue.ts';
import { type Criterion, timetable } from './criterion.ts';

/** Holds once `n` > 0 parameter updates were made. */
export function afterSteps(n: number): Criterion {
  checkPositive('afterSteps', 'the number of steps', n);
  return timetable(({ step }) => step >= n, { next: (step) => Math.max(step + 1, n), latest: () => n });
}
