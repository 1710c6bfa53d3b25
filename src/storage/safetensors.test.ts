// The safetensors format: round trips to the bit, and every kind of wrong header.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Tensor, tensor } from '../data/tensor.ts';
import { UserError } from '../errors.ts';
import { decodeSafetensors, encodeSafetensors, maxHeaderBytes, readSafetensors } from './safetensors.ts';

function join(chunks: Iterable<Uint8Array>): Uint8Array {
  return new Uint8Array([...chunks].flatMap((chunk) => [...chunk]));
}

/** A file with this header, true or not. */
function file(header: unknown, data: Uint8Array = new Uint8Array()): Uint8Array {
  const text = new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header));
  const length = new Uint8Array(8);
  new DataView(length.buffer).setBigUint64(0, BigInt(text.length), true);
  return join([length, text, data]);
}

function bitsOf({ data, shape }: Tensor): unknown {
  return [data.constructor.name, [...shape], [...new Uint8Array(data.buffer, data.byteOffset, data.byteLength)]];
}

const shape = fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 3 });
const anyTensor = fc
  .tuple(shape, fc.constantFrom('F32', 'I32', 'U8'), fc.integer({ min: 1 }))
  .map(([axes, dtype, seed]) => {
    const size = axes.reduce((product, axis) => product * axis, 1);
    // Any bits, NaN with payloads too.
    const bytes = Uint8Array.from({ length: 4 * size }, (_, i) => (seed * (i + 1)) >>> (i % 24));
    if (dtype === 'U8') return tensor(bytes.subarray(0, size), axes);
    return dtype === 'F32' ? tensor(new Float32Array(bytes.buffer), axes) : tensor(new Int32Array(bytes.buffer), axes);
  });
const text = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.constantFrom('__proto__', 'constructor', '0', '10', 'toString'),
);
const tensors = fc
  .uniqueArray(fc.tuple(text, anyTensor), { selector: ([name]) => name })
  .map((pairs) => new Map(pairs));
const metadata = fc.dictionary(text, text);

describe('safetensors', () => {
  it('gives back names, order, shapes, bits and metadata', () => {
    fc.assert(
      fc.property(tensors, metadata, (given, texts) => {
        const bytes = join(encodeSafetensors(given, texts));
        const decoded = decodeSafetensors(bytes);
        expect([...decoded.tensors.keys()]).toEqual([...given.keys()]);
        expect([...decoded.tensors.values()].map(bitsOf)).toEqual([...given.values()].map(bitsOf));
        expect(Object.entries(decoded.metadata)).toEqual(Object.entries(texts));
        expect(join(encodeSafetensors(decoded.tensors, decoded.metadata))).toEqual(bytes);
      }),
    );
  });

  it('has a padded header, then the data without gaps, as views', () => {
    const a = tensor([1, 2, 3]);
    const chunks = encodeSafetensors(
      new Map<string, Tensor>([
        ['a', a],
        ['b', tensor(new Uint8Array([9]))],
      ]),
      { k: 'v' },
    );
    const [header = new Uint8Array(), first] = chunks;
    expect(header.length % 8).toBe(0);
    expect(new TextDecoder().decode(header.subarray(8)).trimEnd()).toBe(
      '{"__metadata__":{"k":"v"},"a":{"dtype":"F32","shape":[3],"data_offsets":[0,12]},' +
        '"b":{"dtype":"U8","shape":[1],"data_offsets":[12,13]}}',
    );
    expect(first?.buffer).toBe(a.data.buffer);
    expect(join(chunks).length).toBe(header.length + 13);
  });

  it('copies, from any alignment, also out of a Buffer', () => {
    const bytes = join(encodeSafetensors(new Map([['a', tensor([1.5, -2])]]), {}));
    const shifted = Buffer.alloc(bytes.length + 1).subarray(1);
    shifted.set(bytes);
    const { tensors } = decodeSafetensors(shifted);
    shifted.fill(0);
    expect(tensors.get('a')?.data).toEqual(new Float32Array([1.5, -2]));
  });

  it('converts all other numbers by one rule', () => {
    const read = (dtype: string, array: ArrayBufferView, length: number): unknown => {
      const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
      const a = { dtype, shape: [length], data_offsets: [0, bytes.length] };
      return readSafetensors(file({ a }, bytes)).get('a')?.data;
    };
    expect(read('F64', Float64Array.of(0.1, -2), 2)).toEqual(Float32Array.of(0.1, -2));
    expect(read('F16', Uint16Array.of(0x3c00, 0xc100, 1), 3)).toEqual(Float32Array.of(1, -2.5, 2 ** -24));
    expect(read('BF16', Uint16Array.of(0x3f80, 0xc020), 2)).toEqual(Float32Array.of(1, -2.5));
    expect(read('I64', BigInt64Array.of(-5n), 1)).toEqual(Int32Array.of(-5));
    expect(read('U64', BigUint64Array.of(5n), 1)).toEqual(Int32Array.of(5));
    expect(read('U32', Uint32Array.of(5), 1)).toEqual(Int32Array.of(5));
    expect(read('I16', Int16Array.of(-5), 1)).toEqual(Int32Array.of(-5));
    expect(read('U16', Uint16Array.of(0xffff), 1)).toEqual(Int32Array.of(0xffff));
    expect(read('I8', Int8Array.of(-5), 1)).toEqual(Int32Array.of(-5));
    expect(read('BOOL', Uint8Array.of(1, 0), 2)).toEqual(Uint8Array.of(1, 0));
    expect(() => read('I64', BigInt64Array.of(2n ** 40n), 1)).toThrow(
      "readSafetensors: 'a': element 0 of type int64 does not fit into int32, got 1099511627776",
    );
  });

  it('handles empty tensors and no tensors', () => {
    const given = new Map<string, Tensor>([
      ['a', tensor(new Uint8Array(0), [0, 3])],
      ['b', tensor([1])],
      ['c', tensor([])],
    ]);
    expect([...decodeSafetensors(join(encodeSafetensors(given, {}))).tensors.keys()]).toEqual(['a', 'b', 'c']);
    expect(decodeSafetensors(join(encodeSafetensors(new Map(), {}))).tensors.size).toBe(0);
  });

  it('refuses to write what could not be read', () => {
    const one = tensor([1]);
    expect(() => encodeSafetensors(new Map([['__metadata__', one]]), {})).toThrow(/reserved/);
    expect(() => encodeSafetensors(new Map([['\ud800', one]]), {})).toThrow(/well-formed/);
    expect(() => encodeSafetensors(new Map(), { a: '\udfff' })).toThrow(/well-formed/);
    expect(() => encodeSafetensors(new Map(), { a: 'x'.repeat(maxHeaderBytes) })).toThrow(/header is too long/);
    expect(() => encodeSafetensors(new Map([['a', { data: new Uint8Array(2), shape: [3] }]]), {})).toThrow(
      /has shape \[3\]/,
    );
    expect(() => encodeSafetensors(new Map([['a', { data: new Uint8Array(1), shape: [-1, -1] }]]), {})).toThrow(
      /has shape/,
    );
  });

  it('refuses every kind of wrong file in one sentence', () => {
    const four = new Uint8Array(4);
    const a = { dtype: 'F32', shape: [1], data_offsets: [0, 4] };
    const huge = new Uint8Array(64);
    new DataView(huge.buffer).setBigUint64(0, 2n ** 63n, true);
    const cases: [Uint8Array, RegExp][] = [
      [new Uint8Array(7), /too short/],
      [huge, /header must have at most 56 bytes, got 9223372036854775808/],
      [file('').subarray(0, 8), /header must begin with \{/],
      [file('[]'), /must begin with \{/],
      [file(' {}'), /must begin with \{/],
      [file('\ufeff{}'), /must begin with \{/],
      [join([file('{}x').subarray(0, 10), new Uint8Array([0xff])]), /not valid UTF-8/],
      [file('{'), /not valid JSON/],
      [file({}, four), /accounts for 0 bytes of data, got 4/],
      [file({ a }, new Uint8Array(5)), /accounts for 4 bytes of data, got 5/],
      [file({ a }, new Uint8Array(3)), /'a' must lie within 3 bytes of data, got \[0, 4\]/],
      [file({ a: 1 }, four), /'a' must be an object/],
      [file({ a: { ...a, dtype: 'F8_E4M3' } }, four), /unknown dtype, got "F8_E4M3"; known are F32, I32, U8, F64/],
      [file({ a: { ...a, dtype: 'toString' } }, four), /unknown dtype/],
      [file({ a: { ...a, dtype: { toString: 1 } } }, four), /unknown dtype/],
      [file({ a: { shape: [1], data_offsets: [0, 4] } }, four), /unknown dtype, got none/],
      [file({ a: { ...a, extra: 1 } }, four), /unknown field, got 'extra'/],
      [file({ a: { ...a, shape: [-1] } }, four), /shape of whole numbers/],
      [file({ a: { ...a, shape: [1.5] } }, four), /shape of whole numbers/],
      [file({ a: { ...a, shape: '1' } }, four), /shape of whole numbers/],
      [file({ a: { ...a, shape: [2] } }, four), /needs 8 bytes by its shape and dtype, got 4/],
      [file({ a: { ...a, shape: [2 ** 31, 2 ** 31] } }, four), /too large a shape/],
      [file({ a: { ...a, shape: [2 ** 32, 2 ** 32, 0] } }, four), /too large a shape/],
      [file({ a: { ...a, data_offsets: [0] } }, four), /two data_offsets/],
      [file({ a: { ...a, data_offsets: [0, 4, 4] } }, four), /two data_offsets/],
      [file({ a: { ...a, data_offsets: [4, 0] } }, four), /must lie within/],
      [file({ a: { ...a, data_offsets: [0, 2 ** 53] } }, four), /two whole numbers/],
      [file({ a: { ...a, data_offsets: [1, 5] } }, new Uint8Array(5)), /'a' leaves a hole/],
      [file({ a, b: { ...a, data_offsets: [5, 9] } }, new Uint8Array(9)), /'b' leaves a hole/],
      [file({ a, b: { ...a, data_offsets: [2, 6] } }, new Uint8Array(6)), /'b' overlaps/],
      [file({ a, b: a }, four), /'b' overlaps/],
      [file(`{"a":${JSON.stringify(a)},"\\u0061":${JSON.stringify(a)}}`, four), /a key stands twice/],
      [file(`{"a":{"dtype":"U8",${JSON.stringify(a).slice(1)}}`, four), /a key stands twice/],
      [file({ __metadata__: [] }), /__metadata__ must be an object/],
      [file({ __metadata__: { a: 1 } }), /'a' in __metadata__ must be a text, got a number/],
      [file(`{"a":${'['.repeat(1e5)}`), /nested too deeply/],
      [file({ '\u001b[31m\u202e': 1 }), /^f: ' \[31m ' must be an object$/],
    ];
    for (const [bytes, message] of cases) {
      expect(() => decodeSafetensors(bytes, 'f')).toThrow(message);
      expect(() => decodeSafetensors(bytes, 'f')).toThrow(UserError);
      expect(() => decodeSafetensors(bytes, 'f')).toThrow(/^f: [^\n]*$/);
    }
  });

  it('bounds the header even of a large file', () => {
    const bytes = new Uint8Array(maxHeaderBytes + 64);
    new DataView(bytes.buffer).setBigUint64(0, BigInt(maxHeaderBytes + 8), true);
    expect(() => decodeSafetensors(bytes)).toThrow(/at most 16777216 bytes, got 16777224/);
  });

  it('meets hostile headers with tensors that fit the file, or with a UserError', () => {
    const count = fc.oneof(fc.nat(16), fc.constantFrom(-1, 0.5, 2 ** 31, 2 ** 53, 1e300), fc.double());
    const near = fc.record(
      {
        dtype: fc.constantFrom<unknown>('F32', 'I32', 'U8', 'F64', 'F8_E5M2', '__proto__', 4, null),
        shape: fc.oneof(fc.array(count, { maxLength: 3 }), fc.anything()),
        data_offsets: fc.oneof(fc.tuple(count, count), fc.anything()),
      },
      { requiredKeys: [] },
    );
    const header = fc.oneof(fc.dictionary(text, fc.oneof(near, fc.anything())), fc.string());
    const length = fc.oneof(fc.constant(undefined), fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), fc.bigInt(0n, 64n));
    fc.assert(
      fc.property(header, fc.uint8Array({ maxLength: 32 }), length, (fields, data, lie) => {
        let bytes: Uint8Array;
        try {
          bytes = file(JSON.stringify(fields), data);
        } catch {
          return; // what fc.anything() gives is not always JSON
        }
        if (lie !== undefined) new DataView(bytes.buffer).setBigUint64(0, lie, true);
        try {
          let total = 0;
          for (const { data } of decodeSafetensors(bytes).tensors.values()) total += data.byteLength;
          expect(total).toBeLessThanOrEqual(data.length);
        } catch (error) {
          expect(error).toBeInstanceOf(UserError);
        }
      }),
      { numRuns: 3000 },
    );
  });
});
