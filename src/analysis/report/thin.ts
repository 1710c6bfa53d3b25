// Long logs by some of their lines, for a curve to keep its look.

import type { Info } from '../../trainable.ts';

/**
 * At most `most` of the lines, in their order and as they are: the first and the last, and of equal stretches in between
 * those where `key` is smallest and largest, so that no peak is lost.
 */
export function thin(lines: readonly Info[], key: string, most: number): readonly Info[] {
  if (lines.length <= most) return lines;
  const stretches = Math.max(1, Math.floor((most - 2) / 2));
  const inner = lines.length - 2;
  const kept = new Set([0, lines.length - 1]);
  for (let i = 0; i < stretches; i++) {
    const [from, to] = [i, i + 1].map((end) => 1 + Math.floor((end * inner) / stretches));
    let [smallest, largest] = [from ?? 1, from ?? 1];
    for (let at = smallest; at < (to ?? 0); at++) {
      const value = Number(lines[at]?.[key]);
      // What is no number is an extreme, too: there the curve has a gap.
      if (!(value >= Number(lines[smallest]?.[key]))) smallest = at;
      if (value > Number(lines[largest]?.[key])) largest = at;
    }
    kept.add(smallest).add(largest);
  }
  return [...kept].sort((a, b) => a - b).flatMap((at) => lines[at] ?? []);
}
