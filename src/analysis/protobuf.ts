// Writes protocol buffers: a message is the bytes of its fields, one after the other.
// Source: https://protobuf.dev/programming-guides/encoding.

/** A field of a message; undefined where it is left out. */
export type Field = Uint8Array | undefined;

const VARINT = 0;
const FIXED64 = 1;
const LENGTH = 2;
const FIXED32 = 5;

const encoder = new TextEncoder();

export function message(...fields: readonly Field[]): Uint8Array {
  const present = fields.filter((field) => field !== undefined);
  const bytes = new Uint8Array(present.reduce((total, { length }) => total + length, 0));
  let at = 0;
  for (const field of present) {
    bytes.set(field, at);
    at += field.length;
  }
  return bytes;
}

/** int32, int64, enumerations and truth values. */
export function integer(number: number, value: number): Uint8Array {
  return Uint8Array.from([...tag(number, VARINT), ...varint(BigInt.asUintN(64, BigInt(value)))]);
}

/** Several integers in one field. */
export function integers(number: number, values: readonly number[]): Uint8Array {
  return bytes(number, Uint8Array.from(values.flatMap((value) => varint(BigInt.asUintN(64, BigInt(value))))));
}

export function double(number: number, value: number): Uint8Array {
  return Uint8Array.from([...tag(number, FIXED64), ...new Uint8Array(Float64Array.of(value).buffer)]);
}

export function float(number: number, value: number): Uint8Array {
  return Uint8Array.from([...tag(number, FIXED32), ...new Uint8Array(Float32Array.of(value).buffer)]);
}

export function text(number: number, value: string): Uint8Array {
  return bytes(number, encoder.encode(value));
}

/** Bytes, or a message within another. */
export function bytes(number: number, value: Uint8Array): Uint8Array {
  return message(Uint8Array.from([...tag(number, LENGTH), ...varint(BigInt(value.length))]), value);
}

function tag(number: number, wireType: number): number[] {
  return varint(BigInt(number * 8 + wireType));
}

/** Little-endian base 128. */
function varint(value: bigint): number[] {
  return value < 128n ? [Number(value)] : [Number(value % 128n) + 128, ...varint(value / 128n)];
}
