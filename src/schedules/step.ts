// Multiplied by `factor` after every `every` steps.

import { settle } from '../catalogue.ts';
import { divide, floor, multiply, pow } from '../graph/ops/index.ts';
import { checkPositive, type Schedule } from './schedule.ts';

export interface StepOptions {
  readonly from: number;
  /** Default 0.1. */
  readonly factor?: number;
  readonly every: number;
}

export function step(options: StepOptions): Schedule {
  const { from, factor, every } = settle('step', options, { factor: 0.1 }, ['from', 'every']);
  checkPositive('step', 'every', every);
  return (at) => multiply(pow(factor, floor(divide(at, every))), from);
}
