// Files that NumPy wrote (golden.py beside this), and what is refused.

import { describe, expect, test } from 'vitest';
import { UserError } from '../errors.ts';
import { npyBytes, npyOf } from '../testing/readers.ts';
import golden from './golden.json' with { type: 'json' };
import { readNpy } from './npy.ts';
import { readNpz } from './npz.ts';

const fromBase64 = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'base64'));

describe('readNpy', () => {
  const files = golden.npy.map(
    (file) => [`${file.dtype} [${file.shape}]${file.fortran ? ', by columns' : ''}`, file] as const,
  );
  test.each(files)('reads %s as NumPy wrote it', (_, { file, dtype, shape, data }) => {
    const read = readNpy(fromBase64(file));
    expect(read.shape).toEqual(shape);
    const kept = dtype.includes('f') ? Float32Array : /u1|b1/.test(dtype) ? Uint8Array : Int32Array;
    expect(read.data).toBeInstanceOf(kept);
    expect([...read.data]).toEqual(data.map((value) => (kept === Float32Array ? Math.fround(Number(value)) : value)));
  });

  const bytesOf = (array: ArrayBufferView): Uint8Array =>
    new Uint8Array(array.buffer, array.byteOffset, array.byteLength);

  test('rounds doubles and keeps whole numbers, or refuses them', () => {
    const doubles = (...values: number[]) =>
      readNpy(npyBytes('<f8', false, [values.length], bytesOf(Float64Array.from(values))));
    expect([...doubles(0.1, -1e-60, 3.4e38, Number.NEGATIVE_INFINITY).data]).toEqual([
      Math.fround(0.1),
      -0,
      Math.fround(3.4e38),
      Number.NEGATIVE_INFINITY,
    ]);
    expect(() => doubles(1, 3.5e38)).toThrow(
      'readNpy: element 1 of type float64 does not fit into float32, got 3.5e+38',
    );
    const longs = (...values: bigint[]) =>
      readNpy(npyBytes('<i8', false, [values.length], bytesOf(BigInt64Array.from(values))));
    expect([...longs(2n ** 31n - 1n, -(2n ** 31n)).data]).toEqual([2 ** 31 - 1, -(2 ** 31)]);
    expect(() => longs(2n ** 31n)).toThrow('element 0 of type int64 does not fit into int32, got 2147483648');
    expect(() => longs(0n, -(2n ** 31n) - 1n)).toThrow('element 1 of type int64');
    expect(() => readNpy(npyBytes('<u4', false, [], bytesOf(Uint32Array.of(2 ** 31))))).toThrow(
      'does not fit into int32',
    );
    expect(() => readNpy(npyBytes('<u8', false, [1], bytesOf(BigUint64Array.of(2n ** 64n - 1n))))).toThrow('int32');
  });

  const four = new Uint8Array(4);
  const header = (fields: string): Uint8Array => npyOf(`{${fields}}`, four);
  test.each<[string, Uint8Array, string]>([
    ['nothing', new Uint8Array(), 'an npy file begins with \\x93NUMPY, a version and a header, got 0 other bytes'],
    ['another file', new Uint8Array(64), 'an npy file begins with'],
    ['a new version', npyOf('{}').fill(4, 6, 7), 'only versions 1 to 3 of the format can be read, got version 4'],
    ['a long header', npyOf('{}').fill(255, 8, 10), 'the header must have at most 3 bytes, got 65535'],
    ['no dictionary', npyOf('[1]'), "must describe an array of numbers by descr, fortran_order, shape, got '[1] '"],
    ['code', header("'descr': __import__('os').system('ls')"), 'must describe an array'],
    ['records', header("'descr': [('a', '<f4')], 'fortran_order': False, 'shape': ()"), 'must describe an array'],
    ['objects', npyBytes('|O', false, [1], four), "only numbers and truth values can be read, got the type '|O'"],
    ['complex numbers', npyBytes('<c8', false, [1], four), "got the type '<c8'"],
    ['texts', npyBytes('<U1', false, [1], four), "got the type '<U1'"],
    ['a field too few', header("'descr': '<f4', 'shape': (1,)"), 'must describe'],
    ['a field twice', header("'descr': '<f4', 'descr': '<f4'"), 'must describe'],
    ['an unknown field', header("'descr': '<f4', 'constructor': '<f4'"), 'must describe'],
    ['wrong kinds of values', header("'descr': True, 'fortran_order': (1), 'shape': '<f4'"), 'must describe'],
    ['many axes', npyBytes('<f4', false, new Array(65).fill(1), four), 'at most 64 axes'],
    [
      'an endless axis',
      header(`'descr': '<f4', 'fortran_order': False, 'shape': (${'9'.repeat(400)},)`),
      'at most 64 axes of possible length, got (9999',
    ],
    [
      'a huge shape',
      npyBytes('<f4', false, [2 ** 40, 2 ** 40], four),
      'takes 4.835703278458517e+24 bytes after the header, got 4',
    ],
    ['a cut', npyBytes('<f4', false, [2], four), 'takes 8 bytes after the header, got 4; the file is cut off'],
    [
      'bytes too many',
      npyBytes('|u1', false, [3], four),
      'takes 3 bytes after the header, got 4; the file is too long',
    ],
  ])('refuses %s', (_, bytes, message) => {
    expect(() => readNpy(bytes)).toThrow(message);
    expect(() => readNpy(bytes)).toThrow(UserError);
    expect(() => readNpy(bytes, 'my.npy')).toThrow(/^my\.npy: [^\n]+$/);
  });
});

describe('readNpz', () => {
  test.each(golden.npz.map((archive, i) => [i, archive] as const))('reads archive %i as NumPy wrote it', async (_, {
    file,
    arrays,
  }) => {
    const read = await readNpz(fromBase64(file));
    expect([...read.keys()]).toEqual(Object.keys(arrays));
    for (const [name, { shape, data }] of Object.entries(arrays)) {
      expect(read.get(name)?.shape).toEqual(shape);
      expect([...(read.get(name)?.data ?? [])]).toEqual(data);
    }
  });
});
