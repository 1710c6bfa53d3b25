// Every number of a range with the same probability.

import { checkNoMore, checkRange } from '../check.ts';
import { Distribution } from '../distribution.ts';

class Uniform extends Distribution<number> {
  readonly name = 'uniform';
  readonly low: number;
  readonly high: number;

  constructor(low: number, high: number) {
    super();
    checkRange('uniform', low, high);
    this.low = low;
    this.high = high;
  }

  override at(u: number): number {
    return Math.min(this.low + u * (this.high - this.low), this.high);
  }
}

export type { Uniform };

/**
 * Uniform in [low, high); also an initializer.
 *
 * @throws when a bound is not finite or low is above high
 */
export function uniform(low: number, high: number): Uniform;
export function uniform(low: number, high: number, ...more: readonly unknown[]): Uniform {
  checkNoMore('uniform', 'low and high', more);
  return new Uniform(low, high);
}
