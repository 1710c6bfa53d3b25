// What a criterion is: a predicate on what is known at a pause. A criterion keeps nothing to itself, so that a
// continued run decides as the uncut one.

import { show } from '../catalogue.ts';
import type { Info } from '../trainable.ts';

export interface Criterion {
  /** Whether it holds, given the newest line of the log and all of them. */
  (info: Info, log: readonly Info[]): boolean;
  /** The first step after `step` at which it holds, where that is known in advance; `stepsPerEpoch` may be a fraction. */
  readonly next?: (step: number, stepsPerEpoch: number) => number;
  /** The step from which on it always holds, where that is known in advance. */
  readonly latest?: (stepsPerEpoch: number) => number;
}

/** A criterion of which steps are known in advance. */
export function timetable(holds: Criterion, steps: Pick<Criterion, 'next' | 'latest'>): Criterion {
  return Object.assign((info: Info, log: readonly Info[]) => holds(info, log), steps);
}

/** A number of the info; an error names those that there are. */
export function numberOf(criterion: string, info: Info, key: string): number {
  const value = info[key];
  if (typeof value === 'number') return value;
  throw new Error(`${criterion}: the log has no number '${key}'; it has ${Object.keys(info).join(', ')}`);
}

/** The first step at or after `epochs` passes over the training set. */
export function stepAfter(epochs: number, stepsPerEpoch: number): number {
  // A product that is a whole number may come out a rounding too large, and would be a step late.
  return Math.ceil(epochs * stepsPerEpoch * (1 - 32 * Number.EPSILON));
}

/** Steps per epoch, from a line of the log. */
export function stepsPerEpochOf(criterion: string, info: Info): number {
  return info.step / numberOf(criterion, info, 'epoch');
}

export function checkWhole(criterion: string, what: string, value: number): void {
  if (!(Number.isInteger(value) && value > 0)) {
    throw new Error(`${criterion}: ${what} must be a positive whole number, got ${value}`);
  }
}

/** @throws where something that is to decide is no criterion */
export function checkCriterion(where: string, value: unknown): void {
  if (typeof value !== 'function') {
    throw new Error(`${where}: must be a criterion such as afterSteps(1000), got ${show(value)}`);
  }
}

/** Criteria that are to be combined: there must be some. */
export function checkCriteria(where: string, criteria: readonly unknown[]): void {
  if (criteria.length === 0) throw new Error(`${where}: there must be criteria to combine, got none`);
  for (const criterion of criteria) checkCriterion(where, criterion);
}
