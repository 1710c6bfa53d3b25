// Checks of the arguments of distributions.

import { UserError } from '../errors.ts';

/** @throws unless all are finite numbers */
export function checkFinite(what: string, parameters: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(parameters)) {
    if (!Number.isFinite(value)) throw new UserError(`${what}: ${name} must be a finite number, got ${String(value)}`);
  }
}

/** @throws unless low ≤ high and the distance is finite */
export function checkRange(what: string, low: number, high: number): void {
  checkFinite(what, { low, high });
  if (!(low <= high)) throw new UserError(`${what}: low must not be above high, got ${low} and ${high}; swap them`);
  checkFinite(what, { 'high - low': high - low });
}
