// The choice of experiment, seed and search space in the address: a link to the same bytes.

import type { SetChoice } from '../worker/messages.ts';
import { presented } from './experiments.ts';

export interface Link {
  readonly choice: SetChoice;
  readonly amount: number;
  /** A set by its name, where no choice leads to it. */
  readonly set?: string;
}

const SPACE = 'space.';
export const MOST_CONFIGURATIONS = 64;

/** What is no part of a link, or no sensible one, is as by default. */
export function readLink(hash: string): Link {
  const given = new URLSearchParams(hash.replace(/^#/, ''));
  const whole = (name: string, least: number, most: number, otherwise: number): number => {
    const number = Number(given.get(name) ?? Number.NaN);
    return Number.isSafeInteger(number) && number >= least && number <= most ? number : otherwise;
  };
  const experiment = given.get('experiment') ?? '';
  const set = given.get('set');
  return {
    choice: {
      experiment: presented.some(({ id }) => id === experiment) ? experiment : 'spiral',
      seed: whole('seed', 0, Number.MAX_SAFE_INTEGER, 1),
      space: Object.fromEntries(
        [...given].flatMap(([key, value]) => (key.startsWith(SPACE) ? [[key.slice(SPACE.length), value]] : [])),
      ),
    },
    amount: whole('amount', 1, MOST_CONFIGURATIONS, 8),
    ...(set && { set }),
  };
}

export function writeLink({ choice: { experiment, seed, space }, amount, set }: Link): string {
  const changes = Object.entries(space).map(([path, source]): [string, string] => [SPACE + path, source]);
  const given = new URLSearchParams([
    ['experiment', experiment],
    ['seed', `${seed}`],
    ['amount', `${amount}`],
    ...changes,
  ]);
  if (set !== undefined) given.set('set', set);
  return `#${given}`;
}
