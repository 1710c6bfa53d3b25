// Reads the npy format of NumPy: 6 bytes of magic, the version, the length of the header, a Python dictionary as the
// header, and the elements. Objects (pickles) are never read.
// Source: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html, versions 1.0 to 3.0.

import { quote, UserError } from '../errors.ts';
import { bytesPerElement, checkBytes, type ElementTypeName, readElements } from './elements.ts';
import { type Tensor, type TensorData, tensor } from './tensor.ts';

const MAGIC = '\x93NUMPY';

const FIELDS = ['descr', 'fortran_order', 'shape'];

/** As in NumPy 2. */
const MOST_AXES = 64;

/** By the kind and the bytes of NumPy's type strings, as in `<f4`. */
const typeOf: ReadonlyMap<string, ElementTypeName> = new Map([
  ['b1', 'bool'],
  ['u1', 'uint8'],
  ['u2', 'uint16'],
  ['u4', 'uint32'],
  ['u8', 'uint64'],
  ['i1', 'int8'],
  ['i2', 'int16'],
  ['i4', 'int32'],
  ['i8', 'int64'],
  ['f2', 'float16'],
  ['f4', 'float32'],
  ['f8', 'float64'],
]);

/**
 * The array in the bytes of an npy file, row-major, however it was stored. Floats become float32, rounded to nearest;
 * integers int32, but unsigned bytes and truth values remain one byte each.
 *
 * @param what names the file in errors
 * @throws UserError on anything but a whole npy file of numbers, and on a number that does not fit: an integer beyond
 * int32, a finite float beyond float32
 */
export function readNpy(bytes: Uint8Array, what = 'readNpy'): Tensor {
  const complain = (wrong: string): UserError => new UserError(`${what}: ${wrong}`);
  checkBytes(bytes, complain);
  const { text, dataStart } = splitHeader(bytes, complain);
  const { type, isLittle, isFortranOrder, shape } = parseHeader(text, complain);
  const size = shape.includes(0) ? 0 : shape.reduce((product, axis) => product * axis, 1);
  const [expected, got] = [size * bytesPerElement(type), bytes.length - dataStart];
  if (expected !== got) {
    throw complain(
      `shape [${shape.join(', ')}] of ${type} takes ${expected} bytes after the header, got ${got}; ` +
        `the file is ${got < expected ? 'cut off' : 'too long'}`,
    );
  }
  const elements = readElements(type, bytes.subarray(dataStart), isLittle, complain);
  return tensor(isFortranOrder ? rowMajor(elements, shape) : elements, shape);
}

interface Header {
  readonly type: ElementTypeName;
  readonly isLittle: boolean;
  readonly isFortranOrder: boolean;
  readonly shape: readonly number[];
}

function splitHeader(bytes: Uint8Array, complain: (wrong: string) => Error): { text: string; dataStart: number } {
  const latin1 = (from: number, to: number): string => String.fromCharCode(...bytes.subarray(from, to));
  if (latin1(0, MAGIC.length) !== MAGIC || bytes.length < 12) {
    throw complain(`an npy file begins with \\x93NUMPY, a version and a header, got ${bytes.length} other bytes`);
  }
  const major = bytes[6] ?? 0;
  if (major < 1 || major > 3) throw complain(`only versions 1 to 3 of the format can be read, got version ${major}`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const headerStart = major === 1 ? 10 : 12;
  const headerBytes = major === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  // The header of an array of numbers is shorter; longer ones describe records.
  const available = Math.min(bytes.length - headerStart, 0xffff);
  if (headerBytes > available) throw complain(`the header must have at most ${available} bytes, got ${headerBytes}`);
  const dataStart = headerStart + headerBytes;
  return { text: new TextDecoder().decode(bytes.subarray(headerStart, dataStart)), dataStart };
}

/** The dictionary, e.g. `{'descr': '<f8', 'fortran_order': False, 'shape': (3, 4), }`. */
function parseHeader(text: string, complain: (wrong: string) => Error): Header {
  const malformed = (): Error =>
    complain(`the header must describe an array of numbers by ${FIELDS.join(', ')}, got '${quote(text)}'`);
  const inner = /^\{(.*)\}\s*$/s.exec(text)?.[1];
  const fields = new Map<string, string>();
  const field = /\s*'(\w+)'\s*:\s*('[^']*'|True|False|\([\d, ]*\))\s*(?:,|$)/y;
  while (inner !== undefined && inner.slice(field.lastIndex).trim() !== '') {
    const [, key, value] = field.exec(inner) ?? [];
    if (key === undefined || value === undefined || !FIELDS.includes(key) || fields.has(key)) {
      throw malformed();
    }
    fields.set(key, value);
  }
  const [descr = '', order = '', axes = ''] = FIELDS.map((key) => fields.get(key));
  if (!descr.startsWith("'") || !/^[TF]/.test(order) || !axes.startsWith('(')) {
    throw malformed();
  }
  const [, endian, kind = ''] = /^'([<>|=])([a-z]\d+)'$/.exec(descr) ?? [];
  const type = typeOf.get(kind);
  if (type === undefined) {
    throw complain(`only numbers and truth values can be read, got the type ${quote(descr)}; store it as one of these`);
  }
  const numbers = axes.match(/\d+/g) ?? [];
  const shape = numbers.map(Number);
  if (shape.length > MOST_AXES || !shape.every(Number.isSafeInteger)) {
    throw complain(`the shape must have at most ${MOST_AXES} axes of possible length, got ${quote(axes)}`);
  }
  return { type, isLittle: endian !== '>', isFortranOrder: order === 'True', shape };
}

/** Elements stored with the first axis changing fastest, as a copy with the last one changing fastest. */
function rowMajor<D extends TensorData>(elements: D, shape: readonly number[]): D {
  const sorted = elements.slice() as D;
  const index = shape.map(() => 0);
  let at = 0;
  const strides = shape.map((_, axis) => shape.slice(0, axis).reduce((product, length) => product * length, 1));
  for (let i = 0; i < sorted.length; i++) {
    sorted[i] = elements[at] ?? 0;
    // The next index, the last axis changing fastest.
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const [length, stride, position] = [shape[axis] ?? 0, strides[axis] ?? 0, (index[axis] ?? 0) + 1];
      at += stride;
      index[axis] = position;
      if (position < length) break;
      at -= stride * length;
      index[axis] = 0;
    }
  }
  return sorted;
}
