// Reads the IDX format of the MNIST files: two zero bytes, the element type, the number of axes, the axes as big-endian
// 32-bit numbers, and the elements, row-major.
// Y. LeCun, C. Cortes, C. Burges: The MNIST database of handwritten digits.

import { checkBytes } from './elements.ts';
import { type Tensor, tensor } from './tensor.ts';

const unsignedByte = 0x08;

/**
 * The tensor in the bytes of an IDX file of unsigned bytes; it is a view of `bytes`, not a copy.
 *
 * @throws when the header is not one of IDX, when the elements are not unsigned bytes, or when the length is not exactly
 * what the header says
 */
export function readIdx(bytes: Uint8Array): Tensor<Uint8Array> {
  checkBytes(bytes, (wrong) => new Error(`readIdx: ${wrong}`));
  const [first, second, type, axisCount] = bytes;
  if (axisCount === undefined || first !== 0 || second !== 0) {
    throw new Error(`readIdx: an IDX file begins with two zero bytes, a type and a number of axes, got ${show(bytes)}`);
  }
  if (type !== unsignedByte) {
    throw new Error(`readIdx: only unsigned bytes (type 8) can be read, got type ${type}`);
  }
  if (axisCount === 0) throw new Error('readIdx: the header names no axes, expected at least one');
  const start = 4 + 4 * axisCount;
  if (bytes.length < start) {
    throw new Error(
      `readIdx: a header of ${axisCount} axes takes ${start} bytes, got ${bytes.length}; the file is cut off`,
    );
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, start);
  const shape = Array.from({ length: axisCount }, (_, i) => view.getUint32(4 + 4 * i));
  // Infinity · 0 must not become NaN.
  const size = shape.includes(0) ? 0 : shape.reduce((product, axis) => product * axis, 1);
  if (bytes.length - start !== size) {
    throw new Error(
      `readIdx: shape [${shape.join(', ')}] takes ${size} bytes after the header, got ${bytes.length - start}; ` +
        `the file is ${bytes.length - start < size ? 'cut off' : 'too long'}`,
    );
  }
  // Not bytes.subarray: that of a Node Buffer is another Buffer.
  return tensor(new Uint8Array(bytes.buffer, bytes.byteOffset + start, size), shape);
}

function show(bytes: Uint8Array): string {
  return bytes.length < 4 ? `${bytes.length} bytes` : `[${bytes.subarray(0, 4).join(', ')}]`;
}
