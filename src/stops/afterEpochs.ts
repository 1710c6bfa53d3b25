// Once the training set was passed over `n` times.

import { type Criterion, numberOf, timetable } from './criterion.ts';

export function afterEpochs(n: number): Criterion {
  return timetable(
    (info) => numberOf('afterEpochs', info, 'epoch') >= n,
    (step, stepsPerEpoch) => Math.max(step + 1, Math.ceil(n * stepsPerEpoch)),
  );
}
