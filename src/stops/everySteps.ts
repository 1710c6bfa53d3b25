// Every `n` parameter updates.

import { type Criterion, checkWhole, timetable } from './criterion.ts';

/** Holds at every step that `n`, a positive whole number, divides. */
export function everySteps(n: number): Criterion {
  checkWhole('everySteps', 'the number of steps', n);
  return timetable(({ step }) => step % n === 0, { next: (step) => (Math.floor(step / n) + 1) * n });
}
