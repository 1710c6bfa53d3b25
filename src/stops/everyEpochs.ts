// At the first step at or after every `n` passes over the training set; n may be a fraction.

import { type Criterion, checkPositive, numberOf, timetable } from './criterion.ts';

export function everyEpochs(n: number): Criterion {
  checkPositive('everyEpochs', 'the number of epochs', n);
  const next = (step: number, stepsPerEpoch: number): number => {
    let times = Math.floor(step / (n * stepsPerEpoch));
    let at = step;
    while (at <= step) at = Math.ceil(++times * n * stepsPerEpoch);
    return at;
  };
  return timetable(
    (info) => next(info.step - 1, info.step / numberOf('everyEpochs', info, 'epoch')) === info.step,
    next,
  );
}
