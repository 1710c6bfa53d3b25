// WebAssembly code and modules as bytes: as much of the binary format as kernels are made of. Numbers are those of the
// WebAssembly core specification 2.0, section 5.

import { type Code, unsigned, vector } from '../graph/lanes.ts';

const [I32, V128, VOID] = [0x7f, 0x7b, 0x40];
const END: Code = [0x0b];

export const get = (local: number): Code => [0x20, ...unsigned(local)];
export const set = (local: number, x: Code): Code => [...x, 0x21, ...unsigned(local)];

/** The body, and once more as long as the condition, which is computed after it, holds. */
export const repeat = (body: Code, condition: Code): Code => [0x03, VOID, ...body, ...condition, 0x0d, 0, ...END];
export const when = (condition: Code, body: Code, otherwise: Code = []): Code => [
  ...condition,
  ...[0x04, VOID],
  ...body,
  ...(otherwise.length > 0 ? [0x05, ...otherwise] : []),
  ...END,
];

/** An integer from 0 to 63. */
export const integer = (n: number): Code => [0x41, n];
const operation =
  (opcode: number) =>
  (a: Code, b: Code): Code => [...a, ...b, opcode];
export const plus = operation(0x6a);
export const minus = operation(0x6b);
export const shiftLeft = operation(0x74);
export const atLeast = operation(0x4e);
export const equal = operation(0x46);

/** `x` four times. */
export const splat = (x: number): Code => [0x43, ...new Uint8Array(Float32Array.of(x).buffer), ...vector(0x13)];

// Memory is at `at`, an address, plus `offset` bytes; it is aligned to 2² bytes.
const memory = (offset: number): Code => [2, ...unsigned(offset)];
export const loadInteger = (at: Code, offset: number): Code => [...at, 0x28, ...memory(offset)];
export const loadVector = (at: Code, offset: number): Code => [...at, ...vector(0x00), ...memory(offset)];
export const loadSplat = (at: Code): Code => [...at, ...vector(0x09), ...memory(0)];
export const storeVector = (at: Code, offset: number, x: Code): Code => [
  ...at,
  ...x,
  ...vector(0x0b),
  ...memory(offset),
];
/** Lane number `lane` of x. */
export const storeLane = (at: Code, offset: number, x: Code, lane: number): Code => [
  ...at,
  ...x,
  ...vector(0x5a),
  ...memory(offset),
  lane,
];
/** Lanes 0 and 1 of x. */
export const storeHalf = (at: Code, x: Code): Code => [...at, ...x, ...vector(0x5b), ...memory(0), 0];

const sized = (code: Code): Code => [...unsigned(code.length), ...code];
const list = (items: readonly Code[]): Code => [...unsigned(items.length), ...items.flat()];

/** What a function declares and does, with its locals numbered so: the parameter, integers, vectors. */
export function functionBody(integers: number, vectors: number, code: Code): Code {
  const locals = [
    [...unsigned(integers), I32],
    [...unsigned(vectors), V128],
  ];
  return sized([...list(locals), ...code, ...END]);
}

/**
 * A module of functions (i32) → (), exported by their numbers 0, 1, …; it imports the memory and nothing else.
 *
 * @param isShared whether the memory is one for several threads
 */
export function moduleOf(bodies: readonly Code[], isShared = false): Uint8Array<ArrayBuffer> {
  const text = (characters: string): Code => sized([...new TextEncoder().encode(characters)]);
  const section = (id: number, items: readonly Code[]): Code => [id, ...sized(list(items))];
  const type = [0x60, ...list([[I32]]), ...list([])];
  // At least one page; a shared memory needs a limit, too.
  const limits = isShared ? [0x03, 1, ...unsigned(65_536)] : [0x00, 1];
  const imported = [...text('env'), ...text('memory'), 0x02, ...limits];
  const types = bodies.map(() => [0]);
  const exported = bodies.map((_, i) => [...text(String(i)), 0x00, ...unsigned(i)]);
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, [type]),
    ...section(2, [imported]),
    ...section(3, types),
    ...section(7, exported),
    ...section(10, bodies),
  ]);
}
