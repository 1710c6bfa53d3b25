// Where transient buffers lie: buffers that are never needed at the same time may share memory.
// First fit in the order of their first use.

import type { Buffer } from './place.ts';

/** Buffers begin at multiples of this many bytes. */
const ALIGNMENT = 16;

export interface Plan {
  /** Offsets in bytes, one per buffer. */
  readonly offsets: readonly number[];
  readonly bytes: number;
}

export type Planner = (buffers: readonly Buffer[]) => Plan;

export const firstFit: Planner = (buffers) => {
  const offsets = new Array<number>(buffers.length).fill(0);
  let total = 0;
  // Sorted by offset.
  let live: { start: number; end: number; last: number }[] = [];
  const inOrder = buffers.map((buffer, i) => ({ ...buffer, i })).sort((a, b) => a.first - b.first || a.i - b.i);
  for (const { first, last, bytes, i } of inOrder) {
    live = live.filter((other) => other.last >= first);
    const end = (start: number): number => start + Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;
    let start = 0;
    let at = 0;
    for (; at < live.length; at++) {
      const other = live[at];
      if (!other || end(start) <= other.start) break;
      start = other.end;
    }
    live.splice(at, 0, { start, end: end(start), last });
    offsets[i] = start;
    total = Math.max(total, end(start));
  }
  return { offsets, bytes: total };
};

/** Every buffer by itself: what sharing is compared with. */
export const unshared: Planner = (buffers) => {
  let bytes = 0;
  const offsets = buffers.map((buffer) => {
    const offset = bytes;
    bytes += Math.ceil(buffer.bytes / ALIGNMENT) * ALIGNMENT;
    return offset;
  });
  return { offsets, bytes };
};
