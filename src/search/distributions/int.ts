// Whole numbers of a range.

import { settle } from '../../catalogue.ts';
import { UserError } from '../../errors.ts';
import { exp, log } from '../../machine/scalar.ts';
import { checkRange } from '../check.ts';
import { Distribution } from '../distribution.ts';

export interface IntOptions {
  /** Every order of magnitude with the same probability; default false. */
  readonly log?: boolean;
}

class Int extends Distribution<number> {
  readonly name = 'int';
  readonly low: number;
  readonly high: number;
  readonly log: boolean;

  constructor(low: number, high: number, options: IntOptions) {
    super();
    const { log } = settle('int', options, { log: false }, [], (message) => new UserError(message));
    checkRange('int', low, high);
    for (const bound of [low, high, high - low + 1]) {
      if (!Number.isSafeInteger(bound)) {
        throw new UserError(`int: bounds must be whole numbers less than 2^53 apart, got ${low} and ${high}`);
      }
    }
    if (log && low < 1)
      throw new UserError(`int: low must be at least 1 with log, got ${low}; leave log out or raise low`);
    this.low = low;
    this.high = high;
    this.log = log;
  }

  override at(u: number): number {
    if (!this.log) return this.low + Math.floor(u * (this.high - this.low + 1));
    // Each number stands for what would be rounded to it.
    const start = log(this.low - 0.5);
    const value = exp(start + u * (log(this.high + 0.5) - start));
    return Math.min(Math.max(Math.round(value), this.low), this.high);
  }

  override get size(): number {
    return this.log ? super.size : this.high - this.low + 1;
  }

  override element(k: number): number {
    return this.low + k;
  }
}

export type { Int };

/**
 * Whole numbers from low to high, both included, with the same probability; with `log`, n as often as log-uniform
 * numbers from low − ½ to high + ½ are rounded to n.
 *
 * @throws when a bound is not whole, low is above high, or, with `log`, below 1
 */
export function int(low: number, high: number, options: IntOptions = {}): Int {
  return new Int(low, high, options);
}
