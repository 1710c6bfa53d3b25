// Once any of the named numbers of the log is NaN. A training loss that is not finite ends a run in any case.

import type { Criterion } from './criterion.ts';

/**
 * Holds once any of the named numbers of the newest line of the log is NaN.
 *
 * @param keys default ['trainLoss', 'valLoss']
 */
export function isNaN(keys: readonly string[] = ['trainLoss', 'valLoss']): Criterion {
  return (info) => keys.some((key) => Number.isNaN(info[key]));
}
