// Does not hold, whatever happens. Both `never` and `never()` are the criterion.

import type { Info } from '../trainable.ts';
import type { Criterion } from './criterion.ts';

function decide(): Criterion;
function decide(info: Info, log: readonly Info[]): boolean;
function decide(info?: Info): boolean | Criterion {
  return info ? false : never;
}

/** Holds at no step. */
export const never = Object.assign(decide, { next: (): number => Number.POSITIVE_INFINITY });
