// A disk that fails at a chosen operation: the functions of node:fs that storage uses, counted, and one of them refused,
// cut short, or the last one that the process ever made.

import type * as nodeFs from 'node:fs';

const errors = ['ENOSPC', 'EIO', 'EDQUOT', 'EACCES', 'EROFS', 'ESTALE', 'EMFILE', 'EINTR'] as const;

/** `short…`: that part of the bytes is written, as by a disk that gets full. `crash`: the process ends before it. */
export const faults = [...errors, 'short 1', 'short half', 'short all but 1', 'crash'] as const;

export type Fault = (typeof faults)[number];

/** What ends a session: nothing in the code under test may catch it and do more to the disk. */
export class Crash extends Error {}

const operations = [
  'openSync',
  'writeSync',
  'fsyncSync',
  'fstatSync',
  'closeSync',
  'renameSync',
  'linkSync',
  'unlinkSync',
  'readdirSync',
  'readSync',
  'ftruncateSync',
  'writeFileSync',
] as const;

export class FaultyDisk {
  /** Operations since `plan`. */
  count = 0;
  /** Operations that were refused or cut short. */
  hits = 0;
  #at = Number.POSITIVE_INFINITY;
  #fault: Fault = 'crash';
  #isSticky = false;

  /** The fault comes at operation `at`, counted from 0, and if it is sticky, at all that follow. */
  plan(fault: Fault, at: number, isSticky: boolean): void {
    this.count = 0;
    this.hits = 0;
    this.#fault = fault;
    this.#at = at;
    this.#isSticky = isSticky || fault === 'crash';
  }

  /** Nothing fails from now on. */
  mend(): void {
    this.plan('crash', Number.POSITIVE_INFINITY, false);
  }

  /** node:fs, but for what is planned. */
  wrap(real: typeof nodeFs): typeof nodeFs {
    const wrapped = operations.map((name) => {
      const call = real[name];
      return [name, (...args: unknown[]) => this.#call(name, call, args)];
    });
    return { ...real, ...Object.fromEntries(wrapped) };
  }

  #call(name: string, call: (...args: never) => unknown, args: unknown[]): unknown {
    const index = this.count++;
    const isHit = this.#isSticky ? index >= this.#at : index === this.#at;
    if (!isHit) return Reflect.apply(call, undefined, args);
    const [, part] = /^short (.*)$/.exec(this.#fault) ?? [];
    if (part !== undefined) {
      if (name !== 'writeSync') return Reflect.apply(call, undefined, args);
      this.hits++;
      const [file, bytes, start, length, ...rest] = args;
      return Reflect.apply(call, undefined, [file, bytes, start, shortened(Number(length), part), ...rest]);
    }
    this.hits++;
    // What is closed is closed, whatever is said about it; the end of a process closes all.
    if (name === 'closeSync') Reflect.apply(call, undefined, args);
    if (this.#fault === 'crash') throw new Crash(`at operation ${index}, ${name}`);
    throw Object.assign(new Error(`${this.#fault}: ${name}`), { code: this.#fault });
  }
}

function shortened(length: number, part: string): number {
  return Math.max(1, { '1': 1, half: length >> 1 }[part] ?? length - 1);
}
