// Numbers of foreign files as elements of tensors, by one rule for all formats:
//
//   float16, bfloat16, float32, float64   → float32, rounded to nearest; a finite number beyond its range is refused
//   int8, int16, uint16, int32, uint32, int64, uint64 → int32; what does not fit is refused
//   uint8, bool                           → uint8
//
// So no integer ever changes its value, and a float no more than training in float32 would change it anyway.

import { show } from '../catalogue.ts';
import type { TensorData } from './tensor.ts';

interface ElementType {
  readonly bytes: number;
  readonly array: new (from: number | ArrayBuffer) => TensorData;
  readonly read: (view: DataView, at: number, isLittle: boolean) => number;
}

/** By the names of NumPy. */
const types = {
  bool: { bytes: 1, array: Uint8Array, read: (view, at) => view.getUint8(at) },
  uint8: { bytes: 1, array: Uint8Array, read: (view, at) => view.getUint8(at) },
  int8: { bytes: 1, array: Int32Array, read: (view, at) => view.getInt8(at) },
  int16: { bytes: 2, array: Int32Array, read: (view, at, isLittle) => view.getInt16(at, isLittle) },
  uint16: { bytes: 2, array: Int32Array, read: (view, at, isLittle) => view.getUint16(at, isLittle) },
  int32: { bytes: 4, array: Int32Array, read: (view, at, isLittle) => view.getInt32(at, isLittle) },
  uint32: { bytes: 4, array: Int32Array, read: (view, at, isLittle) => view.getUint32(at, isLittle) },
  int64: { bytes: 8, array: Int32Array, read: (view, at, isLittle) => Number(view.getBigInt64(at, isLittle)) },
  uint64: { bytes: 8, array: Int32Array, read: (view, at, isLittle) => Number(view.getBigUint64(at, isLittle)) },
  float16: { bytes: 2, array: Float32Array, read: (view, at, isLittle) => fromHalf(view.getUint16(at, isLittle)) },
  bfloat16: {
    bytes: 2,
    array: Float32Array,
    read: (view, at, isLittle) => fromUpperHalf(view.getUint16(at, isLittle)),
  },
  float32: { bytes: 4, array: Float32Array, read: (view, at, isLittle) => view.getFloat32(at, isLittle) },
  float64: { bytes: 8, array: Float32Array, read: (view, at, isLittle) => view.getFloat64(at, isLittle) },
} as const satisfies Readonly<Record<string, ElementType>>;

export type ElementTypeName = keyof typeof types;

const unchanged: ReadonlySet<ElementTypeName> = new Set(['bool', 'uint8', 'int32', 'float32']);

export function bytesPerElement(type: ElementTypeName): number {
  return types[type].bytes;
}

/**
 * What readers of files are given: not the path of one, and not an ArrayBuffer.
 *
 * @param complain makes the error out of what is wrong
 */
export function checkBytes(bytes: unknown, complain: (what: string) => Error): void {
  if (bytes instanceof Uint8Array) return;
  throw complain(`expected the bytes of a file as a Uint8Array, got ${show(bytes)}; readFile(path) gives them`);
}

/**
 * All elements in `bytes`, converted by the rule above; a copy, since bytes in a file need not be aligned.
 *
 * @param complain makes the error out of what is wrong
 */
export function readElements(
  type: ElementTypeName,
  bytes: Uint8Array,
  isLittle: boolean,
  complain: (what: string) => Error,
): TensorData {
  const { bytes: width, array, read }: ElementType = types[type];
  // The same bits, those of NaN too; every host Node.js supports is little-endian as well.
  if (isLittle && unchanged.has(type)) return new array(new Uint8Array(bytes).buffer);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const elements = new array(bytes.length / width);
  for (let i = 0; i < elements.length; i++) {
    const value = read(view, i * width, isLittle);
    elements[i] = value;
    // A float that was finite must remain it; all other numbers must remain what they were.
    const isKept =
      elements instanceof Float32Array
        ? Number.isFinite(elements[i]) || !Number.isFinite(value)
        : elements[i] === value;
    if (!isKept) {
      const kept = elements instanceof Float32Array ? 'float32' : 'int32';
      throw complain(`element ${i} of type ${type} does not fit into ${kept}, got ${value}`);
    }
  }
  return elements;
}

const word = new Uint32Array(1);
const wordAsFloat = new Float32Array(word.buffer);

/** IEEE 754 binary16: 1 bit sign, 5 bits exponent (bias 15), 10 bits fraction. */
function fromHalf(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >>> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  word[0] = ((exponent + 112) << 23) | (fraction << 13);
  return sign * (wordAsFloat[0] ?? 0);
}

/** bfloat16: the upper half of a float32. */
function fromUpperHalf(half: number): number {
  word[0] = half << 16;
  return wordAsFloat[0] ?? 0;
}
