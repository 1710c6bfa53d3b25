// Data that are loaded once for many configurations: those that `loadData` would give again.
//
// What they depend on is not declared but seen: `loadData` is handed `pars` and `context` that note what is read of them.
// The next configuration is given the same data if all that was read is the same for it: single values, or the whole of
// an object among `pars`. Data are handed on only if they are nothing but tensors, lists, plain objects and simple values,
// and if their bytes are still those that were loaded: a run that writes into its data does not spoil the next one's.
//
// What cannot be seen is that `loadData` asks the clock, chance, or a file that changes meanwhile. An experiment that does,
// or that keeps a state of its own from run to run, says `isolated: true`.

import type { Experiment, RunContext, Splits } from '../experiment.ts';
import { isPlainObject, sameValue } from '../literal.ts';

/**
 * An experiment's `loadData` that hands on what it gave last wherever it would give the same again.
 *
 * @param hash identifies bytes
 */
export function sharingData(
  experiment: Pick<Experiment, 'loadData'>,
  hash: (bytes: Uint8Array) => string,
): Experiment['loadData'] {
  let kept: { readonly read: Reading; readonly data: Splits; readonly fingerprint: string } | undefined;
  return async (pars: unknown, context: RunContext) => {
    if (!isPlainObject(pars)) return experiment.loadData(pars, context);
    if (kept?.read.isSameFor(pars, context) && fingerprintOf(kept.data, hash) === kept.fingerprint) return kept.data;
    kept = undefined;
    const read = new Reading(pars, context);
    const data = await experiment.loadData(read.pars, read.context);
    const fingerprint = fingerprintOf(data, hash);
    if (fingerprint !== undefined && read.isSameFor(pars, context)) kept = { read, data, fingerprint };
    return data;
  };
}

/** What a function reads of `pars` and `context`. */
class Reading {
  readonly pars: object;
  readonly context: RunContext;
  readonly #pars = new Map<string, unknown>();
  readonly #context = new Map<string, unknown>();
  #hasWritten = false;

  constructor(pars: object, context: RunContext) {
    this.pars = this.#noting(pars, this.#pars);
    this.context = this.#noting(context, this.#context);
  }

  /** Whether it would read the same there. What has written into what it was given is not the same anywhere. */
  isSameFor(pars: Readonly<Record<string, unknown>>, context: RunContext): boolean {
    const matches = (read: ReadonlyMap<string, unknown>, given: object): boolean =>
      [...read].every(([key, value]) => sameValue(Reflect.get(given, key), value));
    const hasSameNames = sameValue(Object.keys(pars), Object.keys(this.pars));
    return !this.#hasWritten && hasSameNames && matches(this.#pars, pars) && matches(this.#context, context);
  }

  #noting<T extends object>(object: T, read: Map<string, unknown>): T {
    const writing = <Arguments extends unknown[]>(write: (...given: Arguments) => boolean) => {
      return (...given: Arguments): boolean => {
        this.#hasWritten = true;
        return write(...given);
      };
    };
    return new Proxy(object, {
      get: (target, key, receiver) => {
        const value: unknown = Reflect.get(target, key, receiver);
        // Functions, `notice` for one, are the same in effect. A copy, for the original may be written into.
        if (typeof key === 'string' && typeof value !== 'function') read.set(key, structuredClone(value));
        return value;
      },
      set: writing(Reflect.set),
      defineProperty: writing(Reflect.defineProperty),
      deleteProperty: writing(Reflect.deleteProperty),
    });
  }
}

const DEEPEST = 8;

/** Tells data from others by their contents; undefined if they hold what cannot be looked through. */
function fingerprintOf(data: unknown, hash: (bytes: Uint8Array) => string, depth = 0): string | undefined {
  if (depth > DEEPEST) return undefined;
  if (ArrayBuffer.isView(data)) {
    return `${data.constructor.name} ${hash(new Uint8Array(data.buffer, data.byteOffset, data.byteLength))}`;
  }
  if (Array.isArray(data) || isPlainObject(data)) {
    const parts = Object.entries(data).map(([name, part]) => {
      const fingerprint = fingerprintOf(part, hash, depth + 1);
      return fingerprint && `${JSON.stringify(name)}: ${fingerprint}`;
    });
    return parts.includes(undefined) ? undefined : `{ ${parts.join(', ')} }`;
  }
  if (typeof data === 'object' ? data !== null : typeof data === 'function') return undefined;
  return `${typeof data} ${Object.is(data, -0) ? '-0' : String(data)}`;
}
