// Once the training set was passed over `n` times.

import { type Criterion, checkPositive, stepAfter, stepsPerEpochOf, timetable } from './criterion.ts';

export function afterEpochs(n: number): Criterion {
  checkPositive('afterEpochs', 'the number of epochs', n);
  return timetable(
    (info) => info.step >= stepAfter(n, stepsPerEpochOf('afterEpochs', info)),
    (step, stepsPerEpoch) => Math.max(step + 1, stepAfter(n, stepsPerEpoch)),
  );
}
