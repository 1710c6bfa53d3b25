// Normally distributed values.

import { checkNotNegative, checkNumbers, settle } from '../catalogue.ts';
import { add, multiply, randomNormal } from '../graph/ops/index.ts';
import type { Initializer } from './initializer.ts';

export interface NormalOptions {
  /** Default 0. */
  readonly mean?: number;
  /** Default 1. */
  readonly std?: number;
}

export function normal(options: NormalOptions = {}): Initializer {
  const { mean, std } = settle('normal', options, { mean: 0, std: 1 });
  checkNumbers('normal', { mean });
  checkNotNegative('normal', { std });
  return (shape, stream) => add(multiply(randomNormal(stream, shape), std), mean);
}
