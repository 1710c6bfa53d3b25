// Trials as rows, however many: what they have in common, their keys and the texts that repeat, is kept once.

import type { Summary } from '../storage/summary.node.ts';
import type { StoredTrial } from '../storage/trials.node.ts';
import { type Fields, fieldsOf, type Value } from './fields.ts';

/** A trial with its values by key. */
export interface Row {
  readonly trial: Summary;
  readonly fields: Fields;
}

/** Makes rows of trials; about 1 kB of memory for each, where trials of one experiment have the same keys. */
export class RowMaker {
  readonly #places = new Map<string, ReadonlyMap<string, number>>();
  readonly #texts = new Map<string, string>();

  rowOf(trial: StoredTrial): Row {
    const fields = fieldsOf(trial);
    const keys = [...fields.keys()];
    // By `map`, for the list it makes has no room for more.
    const values = keys.map((key) => this.#once(fields.get(key) ?? null));
    return { trial: summaryOf(trial), fields: new PlacedFields(this.#placesOf(keys), values) };
  }

  #placesOf(keys: readonly string[]): ReadonlyMap<string, number> {
    // None has a line break: what is no identifier stands as JSON in it.
    const name = keys.join('\n');
    const places = this.#places.get(name) ?? new Map(keys.map((key, place) => [key, place]));
    this.#places.set(name, places);
    return places;
  }

  #once(value: Value): Value {
    if (typeof value !== 'string') return value;
    const known = this.#texts.get(value);
    if (known === undefined) this.#texts.set(value, value);
    return known ?? value;
  }
}

function summaryOf({ index, directory, state, step, bestLoss, damage }: StoredTrial): Summary {
  return { index, directory, state, step, bestLoss, ...(damage !== undefined && { damage }) };
}

/** Values in a list, and their places in it by key, which rows share. */
class PlacedFields implements Fields {
  readonly #places: ReadonlyMap<string, number>;
  readonly #values: readonly Value[];

  constructor(places: ReadonlyMap<string, number>, values: readonly Value[]) {
    this.#places = places;
    this.#values = values;
  }

  get(key: string): Value | undefined {
    const place = this.#places.get(key);
    return place === undefined ? undefined : this.#values[place];
  }

  keys(): Iterable<string> {
    return this.#places.keys();
  }

  *[Symbol.iterator](): Iterator<[string, Value]> {
    for (const [key, place] of this.#places) yield [key, this.#values[place] ?? null];
  }
}
