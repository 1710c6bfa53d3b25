// What HOUSE asks of the core and of kernels made for passes, checked in the binaries themselves: they have no memory of
// their own that a snapshot would miss, and no instruction whose result depends on the machine. Opcodes: WebAssembly core specification 2.0, appendix A.7.

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { coreBytes } from '#wasm';
import { opCases } from '../testing/opCases.ts';
import { moduleOf } from './code.ts';
import { apart } from './fuse.ts';
import { fused } from './kernel.ts';
import { HEADER_BYTES } from './layout.ts';

/** Reads a binary from front to end. */
function reader(bytes: Uint8Array) {
  let at = 0;
  const byte = (): number => {
    const next = bytes[at++];
    if (next === undefined) throw new Error('reader: the binary ends too early');
    return next;
  };
  /** LEB128; of signed numbers only the length matters here. */
  const number = (): number => {
    let value = 0;
    for (let shift = 1; ; shift *= 128) {
      const next = byte();
      value += (next & 127) * shift;
      if (next < 128) return value;
    }
  };
  const take = (length: number): Uint8Array => {
    at += length;
    return bytes.subarray(at - length, at);
  };
  return {
    byte,
    number,
    take,
    text: () => new TextDecoder().decode(take(number())),
    isAtEnd: () => at >= bytes.length,
  };
}

/** The contents of a module's sections by their number; 0 is that of custom ones. */
function sections(module: Uint8Array): Map<number, Uint8Array> {
  const { byte, number, take, isAtEnd } = reader(module);
  expect([...take(8)]).toEqual([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]);
  const found = new Map<number, Uint8Array>();
  while (!isAtEnd()) {
    const id = byte();
    found.set(id, take(number()));
  }
  return found;
}

const [IMPORT, GLOBAL, EXPORT, START, CODE, DATA] = [2, 6, 7, 8, 10, 11];

/** Every opcode of the code section; those with a prefix are prefix · 2¹⁶ + number. */
function opcodes(code: Uint8Array): Set<number> {
  const all = reader(code);
  const found = new Set<number>();
  for (let left = all.number(); left > 0; left--) {
    const body = reader(all.take(all.number()));
    for (let groups = body.number(); groups > 0; groups--) {
      body.number();
      body.take(1);
    }
    while (!body.isAtEnd()) found.add(instruction(body));
  }
  return found;
}

/** Opcodes in ranges, and what follows them: n a number, b a byte, others as many bytes as they say. */
const PLAIN: readonly [from: number, to: number, immediates: string][] = [
  [0x00, 0x01, ''],
  [0x02, 0x04, 'n'],
  [0x05, 0x05, ''],
  [0x0b, 0x0b, ''],
  [0x0c, 0x0d, 'n'],
  [0x0f, 0x0f, ''],
  [0x10, 0x10, 'n'],
  [0x11, 0x11, 'nn'],
  [0x1a, 0x1b, ''],
  [0x20, 0x26, 'n'],
  [0x28, 0x3e, 'nn'],
  [0x3f, 0x40, 'b'],
  [0x41, 0x42, 'n'],
  [0x43, 0x43, '4'],
  [0x44, 0x44, '8'],
  [0x45, 0xc4, ''],
];
const PREFIXED: Readonly<Record<number, typeof PLAIN>> = {
  252: [
    [0, 7, ''],
    [10, 10, 'bb'],
    [11, 11, 'b'],
  ],
  253: [
    [0, 11, 'nn'],
    [12, 13, '88'],
    [14, 20, ''],
    [21, 34, 'b'],
    [35, 83, ''],
    [84, 91, 'nnb'],
    [92, 93, 'nn'],
    [94, 0x1ff, ''],
  ],
  254: [
    [0, 2, 'nn'],
    [3, 3, 'b'],
    [16, 78, 'nn'],
  ],
};

/** Reads one instruction with its immediates. */
function instruction({ byte, number, take }: ReturnType<typeof reader>): number {
  const first = byte();
  const ranges = PREFIXED[first];
  const code = ranges ? number() : first;
  const range = (ranges ?? PLAIN).find(([from, to]) => from <= code && code <= to);
  if (!range) throw new Error(`instruction: ${first} ${code} is not expected`);
  for (const kind of range[2]) {
    if (kind === 'n') number();
    else take(kind === 'b' ? 1 : Number(kind));
  }
  return ranges ? first * 2 ** 16 + code : code;
}

/** A kernel for every operation of arithmetic, on every shape that it is tested with. */
function kernels(): Uint8Array {
  const nodes = Object.values(opCases)
    .flat()
    .map(({ apply, inputs }) => apply(...inputs))
    .filter(({ lanes }) => lanes);
  const passes = apart(nodes, (node) => node, []);
  expect(passes.length).toBeGreaterThan(200);
  return moduleOf(passes.map((pass) => fused(pass, () => 0)[0].body));
}

const isAtomic = (opcode: number): boolean => opcode >= 0xfe * 2 ** 16;

describe.each([
  ['the core', coreBytes(), false],
  ['the core for threads', readFileSync(new URL('../../dist/core.shared.wasm', import.meta.url)), true],
  ['kernels made for passes', kernels(), false],
])('%s', (_, module, isShared) => {
  const found = sections(module);
  const code = opcodes(found.get(CODE) ?? new Uint8Array());

  it('imports its memory and nothing else', () => {
    const { byte, number, text } = reader(found.get(IMPORT) ?? new Uint8Array());
    expect([number(), text(), text(), byte()]).toEqual([1, 'env', 'memory', 2]);
  });

  it('has no mutable globals', () => {
    const { byte, number, isAtEnd } = reader(found.get(GLOBAL) ?? Uint8Array.of(0));
    for (let left = number(); left > 0; left--) {
      byte();
      expect(byte(), 'mutability').toBe(0);
      while (byte() !== 0x0b);
    }
    expect(isAtEnd()).toBe(true);
    // global.set could not be there either.
    expect(code.has(0x24)).toBe(false);
  });

  it('has no data but numbers that kernels compute with, in the header, and no start function', () => {
    const { byte, number, take, isAtEnd } = reader(found.get(DATA) ?? Uint8Array.of(0));
    for (let left = number(); left > 0; left--) {
      // An active segment of memory 0, at the value of one i32.const.
      expect([number(), byte()]).toEqual([0, 0x41]);
      const at = number();
      expect(byte()).toBe(0x0b);
      const { length } = take(number());
      expect(at).toBeGreaterThanOrEqual(64);
      expect(at + length).toBeLessThanOrEqual(HEADER_BYTES);
    }
    expect(isAtEnd()).toBe(true);
    expect([...found.keys()]).not.toContain(START);
  });

  it('has vector instructions, but no relaxed ones', () => {
    const vector = [...code].filter((opcode) => opcode >= 0xfd * 2 ** 16 && opcode < 0xfe * 2 ** 16);
    expect(vector.length).toBeGreaterThan(20);
    expect(vector.filter((opcode) => opcode >= 0xfd * 2 ** 16 + 0x100)).toEqual([]);
  });

  it('has atomic instructions only where threads wait for each other', () => {
    expect([...code].some(isAtomic)).toBe(isShared);
  });

  it('does not grow its memory', () => {
    expect(code.has(0x40)).toBe(false);
  });
});

describe('the core', () => {
  it('exports functions, the function table and the memory', () => {
    const { byte, number, text } = reader(sections(coreBytes()).get(EXPORT) ?? new Uint8Array());
    for (let left = number(); left > 0; left--) {
      const [name, kind] = [text(), byte()];
      number();
      expect(kind, name).toBe({ table: 1, memory: 2 }[name] ?? 0);
    }
  });
});
