// What programs need, before any of it is allocated.

import { threads as hostThreads } from '#wasm';
import type { Node } from '../graph/node.ts';
import type { Program } from '../graph/program.ts';
import { layout } from './layout.ts';

/**
 * Bytes of memory that programs need together with their state and data.
 *
 * @param threads that run them together; where the host has none, there is one
 */
export function bytesNeeded(
  state: readonly Node[],
  programs: Readonly<Record<string, Program>>,
  threads: number,
): number {
  return layout(state, programs, () => 0, { threads: hostThreads ? threads : 1 }).bytes;
}
