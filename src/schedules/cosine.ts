// Along half a cosine wave from one value to another over `steps` steps, then the latter.
// Loshchilov & Hutter, "SGDR: stochastic gradient descent with warm restarts", ICLR 2017, arXiv:1608.03983, equation 5.

import { checkNumbers, checkPositive, settle } from '../catalogue.ts';
import { add, cos, divide, minimum, multiply, toFloat } from '../graph/ops/index.ts';
import type { Schedule } from './schedule.ts';

export interface CosineOptions {
  readonly from: number;
  /** Default 0. */
  readonly to?: number;
  readonly steps: number;
}

export function cosine(options: CosineOptions): Schedule {
  const { from, to, steps } = settle('cosine', options, { to: 0 }, ['from', 'steps']);
  checkNumbers('cosine', { from, to });
  checkPositive('cosine', 'steps', steps);
  return (step) => {
    const wave = add(cos(multiply(divide(minimum(toFloat(step), steps), steps), Math.PI)), 1);
    return add(multiply(wave, (from - to) / 2), to);
  };
}
