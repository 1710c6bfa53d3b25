// Multiplied by `factor` after every `every` steps.

import { checkNumbers, checkPositive, settle } from '../catalogue.ts';
import { divide, floor, multiply, pow, toFloat } from '../graph/ops/index.ts';
import type { Schedule } from './schedule.ts';

export interface StepOptions {
  readonly from: number;
  /** Default 0.1. */
  readonly factor?: number;
  readonly every: number;
}

export function step(options: StepOptions): Schedule {
  const { from, factor, every } = settle('step', options, { factor: 0.1 }, ['from', 'every']);
  checkNumbers('step', { from, factor });
  checkPositive('step', 'every', every);
  return (at) => multiply(pow(factor, floor(divide(toFloat(at), every))), from);
}
