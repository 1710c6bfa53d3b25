// Values of options, checked.

import { UserError } from '../errors.ts';

/** A whole number of at least `least`. */
export function asNumber(option: string, value: unknown, least = 1): number {
  const number = typeof value === 'string' && value.trim() === '' ? Number.NaN : Number(value);
  if (Number.isSafeInteger(number) && number >= least) return number;
  throw new UserError(`${option}: must be a whole number of at least ${least}, got '${String(value)}'`);
}
