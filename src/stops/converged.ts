// Once nothing changes any more: the last values of a number of the log lie close together.

import { checkPositive, settle } from '../catalogue.ts';
import { type Criterion, checkWhole, numberOf } from './criterion.ts';

export interface ConvergedOptions {
  /** Default 'trainLoss'. */
  readonly key?: string;
  /** How many of the last lines of the log are looked at. Default 10. */
  readonly lines?: number;
  /** Their values must differ by less. Default 1e-5. */
  readonly threshold?: number;
  /** Steps that are made in any case. Default 0. */
  readonly after?: number;
}

/** Holds once the largest and the smallest of the last `lines` values of `key` differ by less than `threshold`. */
export function converged(options: ConvergedOptions = {}): Criterion {
  const settled = settle('converged', options, { key: 'trainLoss', lines: 10, threshold: 1e-5, after: 0 });
  const { key, lines, threshold, after } = settled;
  checkWhole('converged', 'lines', lines);
  if (lines < 2) throw new Error(`converged: lines must be at least 2, got ${lines}; one value is always near itself`);
  checkPositive('converged', 'threshold', threshold);
  return (info, log) => {
    if (info.step < after || log.length < lines) return false;
    const values = log.slice(-lines).map((line) => numberOf('converged', line, key));
    return Math.max(...values) - Math.min(...values) < threshold;
  };
}
