// What is written as zip and npy is read back; NumPy itself reads it in src/analysis/exports/verify.py.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeNpy, encodeTexts } from './encodeNpy.ts';
import { encodeZip } from './encodeZip.ts';
import { readNpy } from './npy.ts';
import { readZip } from './zip.ts';

const joined = (pieces: readonly Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(pieces));

describe('encodeZip', () => {
  it('stores any files under any names', async () => {
    const files = fc.dictionary(
      fc.string({ unit: 'grapheme', minLength: 1 }),
      fc.array(fc.uint8Array(), { maxLength: 3 }),
    );
    await fc.assert(
      fc.asyncProperty(files, async (given) => {
        const read = await readZip(joined(encodeZip(new Map(Object.entries(given)))));
        expect(Object.fromEntries(read)).toEqual(
          Object.fromEntries(Object.entries(given).map(([name, chunks]) => [name, joined(chunks)])),
        );
      }),
    );
  });
});

describe('encodeNpy', () => {
  it('keeps bits and shape', () => {
    fc.assert(
      fc.property(
        fc.float32Array({ minLength: 6, maxLength: 6 }),
        fc.constantFrom([6], [2, 3], [1, 6, 1], [3, 2]),
        (data, shape) => {
          expect(readNpy(joined(encodeNpy({ data, shape })))).toEqual({ data, shape });
        },
      ),
    );
    expect(readNpy(joined(encodeNpy({ data: BigInt64Array.of(-3n), shape: [] })))).toEqual({
      data: Int32Array.of(-3),
      shape: [],
    });
  });

  it('begins elements at a multiple of 64 bytes', () => {
    for (const shape of [[], [1], [1, 1], Array.from({ length: 30 }, () => 1)]) {
      const [header] = encodeNpy({ data: Uint8Array.of(1), shape });
      expect((header?.length ?? 1) % 64).toBe(0);
    }
  });
});

describe('encodeTexts', () => {
  it('gives each as many code points as the longest has', () => {
    const [header, elements] = encodeTexts(['a', '', 'x😀']);
    expect(new TextDecoder('latin1').decode(header)).toContain(
      "'descr': '<U2', 'fortran_order': False, 'shape': (3,), }",
    );
    expect(new Uint32Array(elements?.buffer ?? new ArrayBuffer())).toEqual(Uint32Array.of(97, 0, 0, 0, 120, 0x1f600));
  });
});
