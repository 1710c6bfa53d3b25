// Once things get worse: a number of the log is larger than some lines before.
// Differs from the original tool, where with a threshold of 0 a value that stays is one that rises.

import { settle } from '../catalogue.ts';
import { type Criterion, checkWhole, numberOf } from './criterion.ts';

export interface RisingOptions {
  /** Default 'valLoss'. */
  readonly key?: string;
  /** Default 1. */
  readonly lines?: number;
  /** Default 0. */
  readonly threshold?: number;
  /** Steps that are made in any case. Default 0. */
  readonly after?: number;
}

/** Holds once `key` is larger by more than `threshold` than it was `lines` lines of the log before. */
export function rising(options: RisingOptions = {}): Criterion {
  const { key, lines, threshold, after } = settle('rising', options, {
    key: 'valLoss',
    lines: 1,
    threshold: 0,
    after: 0,
  });
  checkWhole('rising', 'lines', lines);
  return (info, log) => {
    const before = log.at(-1 - lines);
    if (info.step < after || !before) return false;
    return numberOf('rising', info, key) - numberOf('rising', before, key) > threshold;
  };
}
