// The same value everywhere.

import { checkNumbers, settle } from '../catalogue.ts';
import { constant } from '../graph/node.ts';
import { expand } from '../graph/ops/index.ts';
import type { Initializer } from './initializer.ts';

export interface ConstantsOptions {
  readonly value: number;
}

export function constants(options: ConstantsOptions): Initializer {
  const { value } = settle('constants', options, {}, ['value']);
  checkNumbers('constants', { value });
  return (shape) => expand(constant(value), shape);
}
