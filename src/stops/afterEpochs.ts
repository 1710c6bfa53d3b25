// Once the training set was passed over `n` times.

import { type Criterion, stepAfter, stepsPerEpochOf, timetable } from './criterion.ts';

export function afterEpochs(n: number): Criterion {
  return timetable(
    (info) => info.step >= stepAfter(n, stepsPerEpochOf('afterEpochs', info)),
    (step, stepsPerEpoch) => Math.max(step + 1, stepAfter(n, stepsPerEpoch)),
  );
}
