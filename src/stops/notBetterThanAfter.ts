// Gives up on what has not become good enough: more than `steps` steps made and `key` still at least `minimal`.

import { checkNumbers } from '../catalogue.ts';
import { type Criterion, numberOf } from './criterion.ts';

/**
 * Holds once more than `steps` steps were made and `key` is still `minimal` or more.
 *
 * @param key default 'valLoss'
 */
export function notBetterThanAfter(minimal: number, steps: number, key = 'valLoss'): Criterion {
  checkNumbers('notBetterThanAfter', { minimal, steps });
  return (info) => info.step > steps && numberOf('notBetterThanAfter', info, key) >= minimal;
}
