// At the first step at or after every `n` passes over the training set; n may be a fraction.

import { checkPositive } from '../catalogue.ts';
import { type Criterion, stepAfter, stepsPerEpochOf, timetable } from './criterion.ts';

/** Holds at the first step at or after every `n` passes over the training set; n > 0 may be a fraction. */
export function everyEpochs(n: number): Criterion {
  checkPositive('everyEpochs', 'the number of epochs', n);
  const next = (step: number, stepsPerEpoch: number): number => {
    let times = Math.floor(step / (n * stepsPerEpoch));
    let at = step;
    while (at <= step) at = stepAfter(++times * n, stepsPerEpoch);
    return at;
  };
  return timetable((info) => next(info.step - 1, stepsPerEpochOf('everyEpochs', info)) === info.step, { next });
}
