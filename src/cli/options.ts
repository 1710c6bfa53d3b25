// Values of options, checked.

import { UserError } from '../errors.ts';

/** A whole number of at least `least`. */
export function asNumber(option: string, value: unknown, least = 1): number {
  const number = typeof value === 'string' && value.trim() === '' ? Number.NaN : Number(value);
  if (Number.isSafeInteger(number) && number >= least) return number;
  throw new UserError(`${option}: must be a whole number of at least ${least}, got '${String(value)}'`);
}

/** `--sbatch=--time=55` for `--sbatch --time=55`: what follows such an option is its value, whatever it looks like. */
export function withDashedValues(args: readonly string[], option: string): string[] {
  const joined: string[] = [];
  for (const word of args) {
    if (joined.at(-1) === option) joined[joined.length - 1] = `${option}=${word}`;
    else joined.push(word);
  }
  return joined;
}
