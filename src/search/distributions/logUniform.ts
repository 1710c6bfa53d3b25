// Every order of magnitude with the same probability.

import { UserError } from '../../errors.ts';
import { exp, log } from '../../machine/scalar.ts';
import { checkNoMore, checkRange } from '../check.ts';
import { Distribution } from '../distribution.ts';

class LogUniform extends Distribution<number> {
  readonly name = 'logUniform';
  readonly low: number;
  readonly high: number;

  constructor(low: number, high: number) {
    super();
    checkRange('logUniform', low, high);
    if (!(low > 0)) {
      throw new UserError(
        `logUniform: low must be positive, got ${low}; a range that contains 0 needs uniform(low, high)`,
      );
    }
    this.low = low;
    this.high = high;
  }

  override at(u: number): number {
    const start = log(this.low);
    const value = exp(start + u * (log(this.high) - start));
    return Math.min(Math.max(value, this.low), this.high);
  }
}

export type { LogUniform };

/**
 * Numbers in [low, high) whose logarithm is uniform: for learning rates and other scales.
 *
 * @throws when a bound is not finite or not positive, or low is above high
 */
export function logUniform(low: number, high: number): LogUniform;
export function logUniform(low: number, high: number, ...more: readonly unknown[]): LogUniform {
  checkNoMore('logUniform', 'low and high', more);
  return new LogUniform(low, high);
}
