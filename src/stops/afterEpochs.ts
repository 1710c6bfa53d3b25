// Once the training set was passed over `n` times.

import { checkPositive } from '../catalogue.ts';
import { type Criterion, stepAfter, stepsPerEpochOf, timetable } from './criterion.ts';

/** Holds from the first step on at which the training set was passed over `n` times; n > 0 may be a fraction. */
export function afterEpochs(n: number): Criterion {
  checkPositive('afterEpochs', 'the number of epochs', n);
  return timetable((info) => info.step >= stepAfter(n, stepsPerEpochOf('afterEpochs', info)), {
    next: (step, stepsPerEpoch) => Math.max(step + 1, stepAfter(n, stepsPerEpoch)),
    latest: (stepsPerEpoch) => stepAfter(n, stepsPerEpoch),
  });
}
