// The parameters of trials as importance needs them: what values they may have, and which they had.

import type { Fields, Value } from '../fields.ts';
import { varyingPars } from '../fields.ts';

/** What a parameter may be. The search space itself is a program, so it is judged by the values that were drawn. */
export type Domain =
  | { readonly kind: 'choices'; readonly count: number }
  | {
      readonly kind: 'numbers';
      readonly low: number;
      readonly high: number;
      /** Whether it is uniform in its logarithm. */
      readonly log: boolean;
      /** The distance of two values, of integers 1; undefined of real numbers. */
      readonly step: number | undefined;
    };

export interface Parameter {
  readonly key: string;
  readonly domain: Domain;
  /** Of each trial; of choices the number of the choice, from 0; undefined where it has no such parameter. */
  readonly values: readonly (number | undefined)[];
}

/** Numbers of so few different values are choices, if each comes twice on the average. */
const MOST_CHOICES = 20;

/** Positive numbers whose largest is so many times the smallest are uniform in their logarithm. */
const LOGARITHMIC_FROM = 100;

/** The parameters that differ between trials. */
export function parametersOf(rows: readonly Fields[]): Parameter[] {
  return varyingPars(rows).map((key) => {
    const given = rows.map((row) => row.get(key));
    const domain = numbersOf(given);
    if (domain) return { key, domain, values: given.map((value) => (typeof value === 'number' ? value : undefined)) };
    // In ascending order, where they have one.
    const choices = [...new Set(given.filter((value) => value !== undefined))].sort(inOrder);
    const numbers = new Map(choices.map((choice, i) => [choice, i]));
    const values = given.map((value) => (value === undefined ? undefined : numbers.get(value)));
    return { key, domain: { kind: 'choices', count: choices.length }, values };
  });
}

function numbersOf(given: readonly (Value | undefined)[]): Domain | undefined {
  const present = given.filter((value) => value !== undefined);
  const numbers = present.filter((value) => typeof value === 'number' && Number.isFinite(value)) as number[];
  const distinct = new Set(numbers).size;
  if (numbers.length < present.length || (distinct <= MOST_CHOICES && 2 * distinct <= numbers.length)) return undefined;
  const [low, high] = [least(numbers), -least(numbers.map((x) => -x))];
  const log = low > 0 && high >= LOGARITHMIC_FROM * low;
  return { kind: 'numbers', low, high, log, step: numbers.every(Number.isInteger) ? 1 : undefined };
}

function least(numbers: readonly number[]): number {
  return numbers.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
}

function inOrder(a: Value, b: Value): number {
  return typeof a === 'number' && typeof b === 'number' ? a - b : `${typeof a}${a}` < `${typeof b}${b}` ? -1 : 1;
}
