// Once training took `seconds`, all continuations together. The one criterion that depends on the machine: what is
// stopped by it is not reproducible. To give way to a scheduler use it as `interrupt`.

import { type Criterion, numberOf } from './criterion.ts';

/** Holds once training took `seconds`, all continuations together. */
export function afterSeconds(seconds: number): Criterion {
  return (info) => numberOf('afterSeconds', info, 'seconds') >= seconds;
}
