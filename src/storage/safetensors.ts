// The safetensors format: 8 bytes of header length, a JSON header that names and places every tensor, then their bytes.
// Source: https://github.com/huggingface/safetensors, "Format".
// Differs: the header is bounded by 16 MiB (about 150,000 tensors) instead of 100 MB, and numbers of 8 bits that are no
// integers cannot be read.

import { bytesPerElement, checkBytes, type ElementTypeName, readElements } from '../data/elements.ts';
import type { Tensor, TensorData } from '../data/tensor.ts';
import { quote, UserError } from '../errors.ts';
import { isJsonObject, type Json, parseJsonOfAnyKeys } from './json.ts';

export const maxHeaderBytes = 16 * 2 ** 20;

const LENGTH_BYTES = 8;
const METADATA = '__metadata__';

const dtypes: ReadonlyMap<Json | undefined, ElementTypeName> = new Map([
  ['F32', 'float32'],
  ['I32', 'int32'],
  ['U8', 'uint8'],
  ['F64', 'float64'],
  ['F16', 'float16'],
  ['BF16', 'bfloat16'],
  ['I64', 'int64'],
  ['U64', 'uint64'],
  ['U32', 'uint32'],
  ['I16', 'int16'],
  ['U16', 'uint16'],
  ['I8', 'int8'],
  ['BOOL', 'bool'],
]);

interface Entry {
  readonly name: string;
  readonly type: ElementTypeName;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

/**
 * The file as pieces to be written one after the other: the header, then one piece per tensor in the map's order, without
 * gaps. The pieces are views of the tensors, not copies: write them before anything changes the tensors.
 */
export function encodeSafetensors(
  tensors: ReadonlyMap<string, Tensor>,
  metadata: Readonly<Record<string, string>>,
): Uint8Array[] {
  const fields = [`${JSON.stringify(METADATA)}:${JSON.stringify(metadata)}`];
  const pieces: Uint8Array[] = [];
  let end = 0;
  for (const [name, { data, shape }] of tensors) {
    checkText(name);
    if (name === METADATA)
      throw new UserError(`safetensors: the name ${METADATA} is reserved; name the tensor otherwise`);
    if (!isCounts(shape) || shape.reduce((product, axis) => product * axis, 1) !== data.length) {
      throw new UserError(`safetensors: '${quote(name)}' has shape [${shape.join(', ')}], got ${data.length} elements`);
    }
    const begin = end;
    end += data.byteLength;
    // Not by way of an object, which would move names like '0' to its front.
    fields.push(
      `${JSON.stringify(name)}:${JSON.stringify({ dtype: dtypeOf(data), shape, data_offsets: [begin, end] })}`,
    );
    pieces.push(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  }
  for (const [key, value] of Object.entries(metadata)) {
    checkText(key);
    checkText(value);
  }
  return [encodeHeader(`{${fields.join(',')}}`), ...pieces];
}

/**
 * The tensors of a safetensors file by name, in the order of their bytes; converted as by `readNpy`.
 *
 * @throws UserError on anything but a whole file, and on a number that does not fit
 */
export function readSafetensors(bytes: Uint8Array): Map<string, Tensor> {
  checkBytes(bytes, (wrong) => new UserError(`readSafetensors: ${wrong}`));
  return decodeSafetensors(bytes, 'readSafetensors').tensors;
}

/**
 * Reads a whole file, each tensor into an array of its own; they come in the order of their bytes. Nothing is allocated
 * for a length before it was compared with the file's.
 *
 * @param what names the file in errors
 */
export function decodeSafetensors(
  bytes: Uint8Array,
  what = 'safetensors',
): { tensors: Map<string, Tensor>; metadata: Record<string, string> } {
  const { header, dataStart } = splitHeader(bytes, what);
  const dataBytes = bytes.length - dataStart;
  const metadata: Record<string, string> = Object.create(null);
  const entries: Entry[] = [];
  for (const [name, field] of Object.entries(header)) {
    if (name === METADATA) readMetadata(field, metadata, what);
    else entries.push(readEntry(name, field, dataBytes, what));
  }
  entries.sort((a, b) => a.begin - b.begin || a.end - b.end);

  const tensors = new Map<string, Tensor>();
  let end = 0;
  for (const { name, type, shape, begin, end: next } of entries) {
    if (begin !== end) {
      const fault = begin > end ? 'leaves a hole before' : 'overlaps the bytes before';
      throw new UserError(`${what}: '${quote(name)}' ${fault} it, expected it at byte ${end}, got ${begin}`);
    }
    end = next;
    const elements = bytes.subarray(dataStart + begin, dataStart + next);
    const complain = (wrong: string): UserError => new UserError(`${what}: '${quote(name)}': ${wrong}`);
    // The format is little-endian.
    tensors.set(name, { data: readElements(type, elements, true, complain), shape });
  }
  if (end !== dataBytes) {
    throw new UserError(`${what}: the header accounts for ${end} bytes of data, got ${dataBytes}; the file is damaged`);
  }
  return { tensors, metadata };
}

/**
 * The metadata of a file of which the beginning is enough.
 *
 * @param bytes the file's first bytes, as many as `headerEnd` says, or more
 * @param what names the file in errors
 */
export function decodeMetadata(bytes: Uint8Array, what: string): Record<string, string> {
  const metadata: Record<string, string> = Object.create(null);
  const field = splitHeader(bytes, what).header[METADATA];
  if (field !== undefined) readMetadata(field, metadata, what);
  return metadata;
}

/** Where the header of a file ends, by its first eight bytes. */
export function headerEnd(beginning: Uint8Array, what: string): number {
  return LENGTH_BYTES + headerLength(beginning, maxHeaderBytes, what);
}

function encodeHeader(json: string): Uint8Array {
  const text = new TextEncoder().encode(json);
  const padded = Math.ceil(text.length / 8) * 8;
  if (padded > maxHeaderBytes) {
    throw new UserError(
      `safetensors: the header is too long, got ${padded} bytes; at most ${maxHeaderBytes} are allowed, name fewer tensors`,
    );
  }
  const header = new Uint8Array(LENGTH_BYTES + padded).fill(0x20);
  new DataView(header.buffer).setBigUint64(0, BigInt(padded), true);
  header.set(text, LENGTH_BYTES);
  return header;
}

function splitHeader(bytes: Uint8Array, what: string): { header: { readonly [key: string]: Json }; dataStart: number } {
  const dataStart = LENGTH_BYTES + headerLength(bytes, Math.min(bytes.length - LENGTH_BYTES, maxHeaderBytes), what);
  const text = decodeText(bytes.subarray(LENGTH_BYTES, dataStart), what);
  if (!text.startsWith('{')) throw new UserError(`${what}: the header must begin with {, got '${quote(text)}'`);
  const header = parseJsonOfAnyKeys(text, `${what}: header`);
  if (!isJsonObject(header)) throw new UserError(`${what}: the header must be an object`);
  return { header, dataStart };
}

function headerLength(bytes: Uint8Array, most: number, what: string): number {
  if (bytes.length < LENGTH_BYTES) {
    throw new UserError(`${what}: is too short to be a safetensors file, got ${bytes.length} bytes`);
  }
  const length = new DataView(bytes.buffer, bytes.byteOffset, LENGTH_BYTES).getBigUint64(0, true);
  if (length > most) throw new UserError(`${what}: the header must have at most ${most} bytes, got ${length}`);
  return Number(length);
}

function decodeText(bytes: Uint8Array, what: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new UserError(`${what}: the header is not valid UTF-8`, 2, { cause });
  }
}

function readMetadata(field: Json, into: Record<string, string>, what: string): void {
  if (!isJsonObject(field)) throw new UserError(`${what}: ${METADATA} must be an object`);
  for (const [key, value] of Object.entries(field)) {
    if (typeof value !== 'string') {
      throw new UserError(`${what}: '${quote(key)}' in ${METADATA} must be a text, got a ${typeof value}`);
    }
    into[key] = value;
  }
}

function readEntry(name: string, field: Json, dataBytes: number, what: string): Entry {
  const subject = `${what}: '${quote(name)}'`;
  if (!isJsonObject(field)) throw new UserError(`${subject} must be an object`);
  const { dtype, shape, data_offsets: offsets, ...others } = field;
  const [other] = Object.keys(others);
  if (other !== undefined) throw new UserError(`${subject} has an unknown field, got '${quote(other)}'`);
  const type = dtypes.get(dtype);
  if (type === undefined) {
    const known = [...dtypes.keys()].join(', ');
    throw new UserError(
      `${subject} has an unknown dtype, got ${dtype === undefined ? 'none' : quote(JSON.stringify(dtype))}; known are ${known}`,
    );
  }
  if (!isCounts(shape)) throw new UserError(`${subject} must have a shape of whole numbers`);
  if (!isCounts(offsets)) throw new UserError(`${subject} must have two whole numbers as data_offsets`);
  const [begin, end] = offsets;
  if (begin === undefined || end === undefined || offsets.length !== 2) {
    throw new UserError(`${subject} must have two data_offsets, got ${offsets.length}`);
  }
  if (begin > end || end > dataBytes) {
    throw new UserError(`${subject} must lie within ${dataBytes} bytes of data, got [${begin}, ${end}]`);
  }
  let bytes = bytesPerElement(type);
  for (const axis of shape) {
    bytes *= axis;
    if (!Number.isSafeInteger(bytes)) throw new UserError(`${subject} has too large a shape, got ${axis} on one axis`);
  }
  if (bytes !== end - begin) {
    throw new UserError(
      `${subject} needs ${bytes} bytes by its shape and dtype, got ${end - begin} by its data_offsets`,
    );
  }
  return { name, type, shape, begin, end };
}

function isCounts(value: Json | undefined): value is readonly number[] {
  return Array.isArray(value) && value.every((item) => Number.isSafeInteger(item) && item >= 0 && !Object.is(item, -0));
}

function dtypeOf(data: TensorData): string {
  if (data instanceof Float32Array) return 'F32';
  return data instanceof Int32Array ? 'I32' : 'U8';
}

/** Lone surrogates have no UTF-8 and would come back as something else. */
function checkText(text: string): void {
  if (/\p{Surrogate}/u.test(text)) {
    throw new UserError(`safetensors: texts must be well-formed Unicode, got '${quote(text)}'; name it otherwise`);
  }
}
