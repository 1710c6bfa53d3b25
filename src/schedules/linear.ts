// In a straight line from one value to another over `steps` steps, then the latter.

import { checkNumbers, checkPositive, settle } from '../catalogue.ts';
import { add, divide, minimum, multiply, toFloat } from '../graph/ops/index.ts';
import type { Schedule } from './schedule.ts';

export interface LinearOptions {
  readonly from: number;
  /** Default 0. */
  readonly to?: number;
  readonly steps: number;
}

export function linear(options: LinearOptions): Schedule {
  const { from, to, steps } = settle('linear', options, { to: 0 }, ['from', 'steps']);
  checkNumbers('linear', { from, to });
  checkPositive('linear', 'steps', steps);
  return (step) => add(multiply(divide(minimum(toFloat(step), steps), steps), to - from), from);
}
