// Zeros.

import { settle } from '../catalogue.ts';
import { constants } from './constants.ts';
import type { Initializer } from './initializer.ts';

export function zeros(options: Readonly<Record<never, never>> = {}): Initializer {
  settle('zeros', options, {});
  return constants({ value: 0 });
}
