// Single doubles from the core, on a page of memory of their own: for everything that is computed on the host and must
// be the same on every engine, where JavaScript's own functions are not.

import { coreModule } from '#wasm';
import { UserError } from '../errors.ts';
import { hashName } from '../graph/hash.ts';
import { type Core, instantiate } from './wasm.ts';

// Byte addresses on the page.
const Y = 64;
const X = 72;
const SEED = 80;
const STEP = 88;
const SCRATCH = 128;
const PROGRAM = 192;

interface Page {
  readonly core: Core;
  readonly doubles: Float64Array;
  readonly words: Uint32Array;
}

let created: Page | undefined;

function page(): Page {
  if (created) return created;
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 1 });
  const core = instantiate(coreModule(), memory);
  created = { core, doubles: new Float64Array(memory.buffer), words: new Uint32Array(memory.buffer) };
  return created;
}

/** Runs one instruction. */
function run(kernel: string, ...operands: readonly number[]): void {
  const { core, words } = page();
  const bytes = 4 * (2 + operands.length);
  const start = PROGRAM + 8;
  words.set([start, start + bytes, core.slot(kernel), bytes, ...operands], PROGRAM / 4);
  core.run(PROGRAM, 1);
}

function ofDouble(kernel: string, x: number): number {
  const { doubles } = page();
  doubles[X / 8] = x;
  run(kernel, Y, X);
  return doubles[Y / 8] ?? Number.NaN;
}

/** e^x; its error is that of `exp64` in assembly/double.ts. */
export const exp = (x: number): number => ofDouble('expDouble', x);

/** Natural logarithm; its error is that of `log64` in assembly/double.ts. */
export const log = (x: number): number => ofDouble('logDouble', x);

/** @throws when the seed is no non-negative safe integer */
export function checkSeed(what: string, seed: number): void {
  if (!(Number.isSafeInteger(seed) && seed >= 0)) {
    throw new UserError(`${what}: the seed must be a whole number from 0 to 2^53 - 1, got ${seed}`);
  }
}

function place(seed: number, index: number): void {
  checkSeed('random', seed);
  if (!(Number.isInteger(index) && index >= 0 && index <= 0xffff_ffff)) {
    throw new RangeError(`random: the index must be a whole number from 0 to 2^32 - 1, got ${index}`);
  }
  page().words.set([seed >>> 0, Math.floor(seed / 0x1_0000_0000)], SEED / 4);
  page().words[STEP / 4] = index;
}

/**
 * Number `index` of a stream of random numbers, uniform in [0, 1), multiples of 2⁻⁵³.
 *
 * @param seed a non-negative safe integer
 * @param index below 2³²
 */
export function uniform(seed: number, index: number, stream: string): number {
  place(seed, index);
  run('uniformDouble', Y, SCRATCH, SEED, STEP, hashName(stream));
  return page().doubles[Y / 8] ?? Number.NaN;
}

/**
 * Element `index` mod n of random permutation number ⌊index / n⌋ of 0 … n − 1: every n numbers in a row contain each once.
 *
 * @param seed a non-negative safe integer
 * @param index below 2³²
 * @param n below 2³²
 */
export function permuted(seed: number, index: number, n: number, stream: string): number {
  if (!(Number.isInteger(n) && n > 0 && n <= 0xffff_ffff)) {
    throw new RangeError(`permuted: n must be a whole number from 1 to 2^32 - 1, got ${n}`);
  }
  place(seed, index);
  run('minibatch', Y, SCRATCH, SEED, STEP, hashName(stream), n, 1);
  return page().words[Y / 4] ?? 0;
}
