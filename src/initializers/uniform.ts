// Uniformly distributed values in [low, high).

import { checkNumbers, settle } from '../catalogue.ts';
import { add, multiply, randomUniform } from '../graph/ops/index.ts';
import type { Initializer } from './initializer.ts';

export interface UniformOptions {
  /** Default 0. */
  readonly low?: number;
  /** Default 1. */
  readonly high?: number;
}

export function uniform(options: UniformOptions = {}): Initializer {
  const { low, high } = settle('uniform', options, { low: 0, high: 1 });
  checkNumbers('uniform', { low, high });
  return (shape, stream) => add(multiply(randomUniform(stream, shape), high - low), low);
}
