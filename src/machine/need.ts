// What programs need, before any of it is allocated.

import type { Node } from '../graph/node.ts';
import type { Program } from '../graph/program.ts';
import { layout } from './layout.ts';

/** Bytes of memory that programs need together with their state and data. */
export function bytesNeeded(state: readonly Node[], programs: Readonly<Record<string, Program>>): number {
  return layout(state, programs, () => 0).bytes;
}
