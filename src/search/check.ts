// Checks of the arguments of distributions.

import { show } from '../catalogue.ts';
import { UserError } from '../errors.ts';

/** @throws unless all are finite numbers */
export function checkFinite(what: string, parameters: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(parameters)) {
    if (!Number.isFinite(value)) throw new UserError(`${what}: ${name} must be a finite number, got ${show(value)}`);
  }
}

/** @throws unless low ≤ high and the distance is finite */
export function checkRange(what: string, low: number, high: number): void {
  checkFinite(what, { low, high });
  if (!(low <= high)) throw new UserError(`${what}: low must not be above high, got ${low} and ${high}; swap them`);
  checkFinite(what, { 'high - low': high - low });
}

/** Options where there are none would be without effect. */
export function checkNoMore(what: string, example: string, more: readonly unknown[]): void {
  const given = more.find((value) => value !== undefined);
  if (given !== undefined) throw new UserError(`${what}: takes no more than ${example}, got ${show(given)} besides`);
}
