// Once any of the named numbers of the log is NaN. A training loss that is not finite ends a run in any case.

import { show } from '../catalogue.ts';
import { type Criterion, numberOf } from './criterion.ts';

/**
 * Holds once any of the named numbers of the newest line of the log is NaN.
 *
 * @param keys default ['trainLoss', 'valLoss']
 */
export function isNaN(keys?: readonly string[]): Criterion {
  if (keys === undefined) return (info) => Number.isNaN(info.trainLoss) || Number.isNaN(info.valLoss);
  if (!Array.isArray(keys)) throw new Error(`isNaN: expected a list of names, got ${show(keys)}; write ['trainLoss']`);
  return (_, log) => {
    // Before the first look there are no numbers.
    const newest = log.at(-1);
    return newest !== undefined && keys.some((key) => Number.isNaN(numberOf('isNaN', newest, key)));
  };
}
