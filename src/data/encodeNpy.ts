// Writes the npy format of NumPy, version 1.0, and texts as NumPy has them: each of as many code points as the longest.
// Source: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html.

import { UserError } from '../errors.ts';

/** Numbers, row-major, with their shape; `isBoolean` of bytes that are truth values. */
export interface NumpyArray {
  readonly data: Float64Array | Float32Array | Int32Array | BigInt64Array | Uint8Array;
  readonly shape: readonly number[];
  readonly isBoolean?: boolean;
}

/** What comes before the elements has a multiple of as many bytes, so that they can be mapped into memory. */
const ALIGNMENT = 64;

/** The file as pieces to be written one after the other; the elements are not copied. */
export function encodeNpy({ data, shape, isBoolean = false }: NumpyArray): Uint8Array[] {
  const kind = isBoolean ? '|b1' : typeOf(data);
  return [header(kind, shape), new Uint8Array(data.buffer, data.byteOffset, data.byteLength)];
}

/** A column of texts; UTF-32, filled up with zeros. A text that ends in U+0000 comes back without it. */
export function encodeTexts(texts: readonly string[]): Uint8Array[] {
  const points = texts.map((text) => Array.from(text, (character) => character.codePointAt(0) ?? 0));
  const longest = points.reduce((most, { length }) => Math.max(most, length), 1);
  if (!Number.isSafeInteger(4 * longest * texts.length) || longest * texts.length > 2 ** 28) {
    throw new UserError(`npy: ${texts.length} texts of up to ${longest} characters take over 1 GiB; export as csv`);
  }
  const data = new Int32Array(longest * texts.length);
  for (const [i, text] of points.entries()) data.set(text, i * longest);
  return [header(`<U${longest}`, [texts.length]), new Uint8Array(data.buffer)];
}

function typeOf(data: NumpyArray['data']): string {
  if (data instanceof Float64Array) return '<f8';
  if (data instanceof Float32Array) return '<f4';
  if (data instanceof Int32Array) return '<i4';
  return data instanceof BigInt64Array ? '<i8' : '|u1';
}

function header(descr: string, shape: readonly number[]): Uint8Array {
  const axes = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const dictionary = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${axes}), }`;
  const bytes = Math.ceil((10 + dictionary.length + 1) / ALIGNMENT) * ALIGNMENT;
  const text = new TextEncoder().encode(`${dictionary.padEnd(bytes - 11)}\n`);
  const begin = [0x93, ...new TextEncoder().encode('NUMPY'), 1, 0, text.length % 256, text.length >> 8];
  return Uint8Array.of(...begin, ...text);
}
