import fc from 'fast-check';
import { expect, test } from 'vitest';
import { idxBytes } from '../testing/data.ts';
import { readIdx } from './idx.ts';

const shapes = fc.array(fc.integer({ min: 0, max: 6 }), { minLength: 1, maxLength: 5 });
const files = shapes.chain((shape) => {
  const size = shape.reduce((product, axis) => product * axis, 1);
  return fc
    .uint8Array({ minLength: size, maxLength: size })
    .map((elements) => ({ shape, elements, bytes: idxBytes(elements, shape) }));
});

test('gives back what was written, wherever the bytes begin', () => {
  fc.assert(
    fc.property(files, fc.integer({ min: 0, max: 9 }), ({ shape, elements, bytes }, offset) => {
      const moved = Buffer.alloc(offset + bytes.length + 3);
      moved.set(bytes, offset);
      const read = readIdx(moved.subarray(offset, offset + bytes.length));
      expect(read).toEqual({ shape, data: elements });
      expect(Buffer.isBuffer(read.data)).toBe(false);
    }),
  );
});

test('does not copy', () => {
  const bytes = idxBytes(Uint8Array.of(1, 2, 3), [3]);
  expect(readIdx(bytes).data.buffer).toBe(bytes.buffer);
});

test('refuses every other length', () => {
  fc.assert(
    fc.property(files, fc.uint8Array({ minLength: 1, maxLength: 9 }), fc.nat(), ({ bytes }, more, cut) => {
      expect(() => readIdx(Uint8Array.of(...bytes, ...more))).toThrow('too long');
      expect(() => readIdx(bytes.subarray(0, cut % bytes.length))).toThrow(/^readIdx: .*(, got \d+ bytes|is cut off)$/);
    }),
  );
});

test('refuses any bytes with one sentence or reads them whole', () => {
  const anyBytes = fc.oneof(
    fc.uint8Array({ maxLength: 40 }),
    fc.uint8Array({ minLength: 1, maxLength: 40 }).map((bytes) => Uint8Array.of(0, 0, 8, ...bytes)),
  );
  fc.assert(
    fc.property(anyBytes, (bytes) => {
      try {
        const { data, shape } = readIdx(bytes);
        expect(4 + 4 * shape.length + data.length).toBe(bytes.length);
      } catch (error) {
        expect(String(error)).toMatch(/^Error: readIdx: [^\n]*$/);
        expect(String(error)).not.toMatch(/NaN|undefined/);
      }
    }),
    { numRuns: 1000 },
  );
});

test.each([
  [[], 'begins with two zero bytes, a type and a number of axes, got 0 bytes'],
  [[0x1f, 0x8b, 8, 0], 'begins with two zero bytes, a type and a number of axes, got [31, 139, 8, 0]'],
  [[0, 0, 0x0d, 1, 0, 0, 0, 1, 0, 0, 0, 0], 'only unsigned bytes (type 8) can be read, got type 13'],
  [[0, 0, 8, 0, 7], 'no axes'],
  [[0, 0, 8, 255, 0, 0, 0, 1], 'a header of 255 axes takes 1024 bytes, got 8; the file is cut off'],
  [[0, 0, 8, 2, 255, 255, 255, 255, 255, 255, 255, 255, 1], 'shape [4294967295, 4294967295] takes'],
])('refuses %j', (bytes, message) => {
  expect(() => readIdx(Uint8Array.from(bytes))).toThrow(message);
});

test('an axis of no rows makes an empty tensor, however long the others are', () => {
  const shape = [0, ...Array.from({ length: 200 }, () => 0xffffffff)];
  expect(readIdx(idxBytes(new Uint8Array(0), shape))).toEqual({ shape, data: new Uint8Array(0) });
});
