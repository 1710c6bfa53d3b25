// Multiplied by `decay` at every step.

import { checkNumbers, settle } from '../catalogue.ts';
import { multiply, powerOfStep } from '../graph/ops/index.ts';
import type { Schedule } from './schedule.ts';

export interface ExponentialOptions {
  readonly from: number;
  readonly decay: number;
}

export function exponential(options: ExponentialOptions): Schedule {
  const { from, decay } = settle('exponential', options, {}, ['from', 'decay']);
  checkNumbers('exponential', { from, decay });
  return (step) => multiply(powerOfStep(decay, step), from);
}
