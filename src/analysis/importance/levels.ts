// Parameters cut into levels, numbers into at most 64, each with its share of the domain: what a tree can tell apart.

import { log } from '../../machine/scalar.ts';
import type { Parameter } from './parameters.ts';

export interface Levels {
  /** The level of each trial. */
  readonly of: Uint32Array;
  /** The share of the domain that each level has; together 1. */
  readonly shares: Float64Array;
  /** Whether neighbouring levels are more alike than others. */
  readonly isOrdered: boolean;
}

const MOST_LEVELS = 64;

/**
 * Choices are levels of equal shares. Numbers are cut halfway between those that occur; a level's share is its width, on
 * the logarithmic scale if the domain is logarithmic. Trials without the parameter have a level of their own, the last,
 * whose share is their part of the trials.
 */
export function levelsOf({ domain, values }: Parameter): Levels {
  const absent = values.filter((value) => value === undefined).length / values.length;
  const of = new Uint32Array(values.length);
  const shares = domain.kind === 'choices' ? equal(domain.count) : undefined;
  if (shares) {
    for (const [i, value] of values.entries()) of[i] = value ?? shares.length;
    return { of, shares: withAbsent(shares, absent), isOrdered: false };
  }
  const scale = domain.kind === 'numbers' && domain.log ? log : (x: number) => x;
  const scaled = values.map((value) => (value === undefined ? undefined : scale(value)));
  const cuts = cutsOf(scaled.filter((value) => value !== undefined));
  for (const [i, value] of scaled.entries()) {
    of[i] =
      value === undefined
        ? cuts.length - 1
        : Math.max(
            0,
            cuts.findLastIndex((cut) => cut <= value && cut < (cuts.at(-1) ?? 0)),
          );
  }
  const [low = 0, high = 1] = [cuts[0], cuts.at(-1)];
  const widths = high > low ? cuts.slice(1).map((cut, i) => (cut - (cuts[i] ?? 0)) / (high - low)) : [1];
  return { of, shares: withAbsent(widths, absent), isOrdered: true };
}

function equal(count: number): number[] {
  return Array<number>(count).fill(1 / count);
}

function withAbsent(shares: readonly number[], absent: number): Float64Array {
  const present = shares.map((share) => share * (1 - absent));
  return Float64Array.from(absent > 0 ? [...present, absent] : present);
}

/** The limits of levels, ascending: of about as many trials each, if there are more different values than levels. */
function cutsOf(values: readonly number[]): number[] {
  const distinct = [...new Set(values)].sort((a, b) => a - b);
  const count = Math.min(distinct.length, MOST_LEVELS - 1);
  const inner = Array.from({ length: count - 1 }, (_, i) => {
    const at = Math.round(((i + 1) * distinct.length) / count);
    return ((distinct[at - 1] ?? 0) + (distinct[at] ?? 0)) / 2;
  });
  return [distinct[0] ?? 0, ...inner, distinct.at(-1) ?? 0];
}
