// Early stopping: gives up when `key` has not improved for long. Every improvement by more than `threshold` extends
// the patience to `growFactor` times the step at which it happened, plus `growOffset`.
// Bengio, "Practical recommendations for gradient-based training of deep architectures", 2012, arXiv:1206.5533, section 3.1.

import { checkNotNegative, settle } from '../catalogue.ts';
import { type Criterion, numberOf } from './criterion.ts';

export interface PatienceOptions {
  /** Steps that are made in any case. */
  readonly initial: number;
  /** Default 'valLoss'. */
  readonly key?: string;
  /** Default 2. */
  readonly growFactor?: number;
  /** Default 0. */
  readonly growOffset?: number;
  /** Default 1e-4. */
  readonly threshold?: number;
  /** Whether larger values are better, as of an accuracy. Default false. */
  readonly maximize?: boolean;
}

/** Holds when `key` has not improved for long: see the options. Steps are those of the log. */
export function patience(options: PatienceOptions): Criterion {
  const { initial, key, growFactor, growOffset, threshold, maximize } = settle(
    'patience',
    options,
    { key: 'valLoss', growFactor: 2, growOffset: 0, threshold: 1e-4, maximize: false },
    ['initial'],
  );
  checkNotNegative('patience', { initial });
  if (growFactor <= 1 && growOffset <= 0) {
    throw new Error(`patience: it would never grow, got growFactor ${growFactor} and growOffset ${growOffset}`);
  }
  return (info, log) => {
    let until = initial;
    let best = Number.POSITIVE_INFINITY;
    for (const line of log) {
      const value = numberOf('patience', line, key) * (maximize ? -1 : 1);
      if (best - value > threshold) until = Math.max(until, line.step * growFactor + growOffset);
      best = Math.min(best, value);
    }
    return info.step >= until;
  };
}
