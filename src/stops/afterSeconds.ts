// Once training took `seconds`: as `stop` all continuations together, as `interrupt` since the last of them began. The
// one criterion that depends on the machine: what is stopped by it is not reproducible.

import { checkPositive } from '../catalogue.ts';
import { type Criterion, numberOf } from './criterion.ts';

/** Holds once training took `seconds` > 0. */
export function afterSeconds(seconds: number): Criterion {
  checkPositive('afterSeconds', 'the number of seconds', seconds);
  return (info) => numberOf('afterSeconds', info, 'seconds') >= seconds;
}
