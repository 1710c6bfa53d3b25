// The same value at every step.

import { checkNumbers, settle } from '../catalogue.ts';
import { constant as constantNode } from '../graph/node.ts';
import type { Schedule } from './schedule.ts';

export interface ConstantOptions {
  readonly value: number;
}

export function constant(options: ConstantOptions): Schedule {
  const { value } = settle('constant', options, {}, ['value']);
  checkNumbers('constant', { value });
  return () => constantNode(value);
}
