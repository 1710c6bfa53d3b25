// Every reader of foreign files, and files for it to read: valid ones, ones that are nearly valid, and any bytes at all.

import { deflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { type ColumnType, readCsv } from '../data/csv.ts';
import { readIdx } from '../data/idx.ts';
import { readNpy } from '../data/npy.ts';
import { readNpz } from '../data/npz.ts';
import { readZip } from '../data/zip.ts';
import { decodeSafetensors, encodeSafetensors } from '../storage/safetensors.ts';
import { idxBytes } from './data.ts';

export interface Reader {
  readonly name: string;
  /** Gives the number of bytes of what was read. */
  readonly read: (bytes: Uint8Array) => number | Promise<number>;
  readonly files: fc.Arbitrary<Uint8Array>;
  /** What is read takes at most so many bytes for each byte of the file. */
  readonly expansion: number;
}

const text = new TextEncoder();
const shapes = fc.array(fc.nat(4), { maxLength: 4 });
const sizeOf = (shape: readonly number[]): number => shape.reduce((product, axis) => product * axis, 1);
const bytesOfSize = (size: number): fc.Arbitrary<Uint8Array> => fc.uint8Array({ minLength: size, maxLength: size });

export const npyFiles = fc
  .tuple(shapes, fc.constantFrom('b1', 'u1', 'i1', 'u2', 'i4', 'f2', 'f4'), fc.boolean(), fc.boolean())
  .chain(([shape, type, isBig, isFortranOrder]) =>
    bytesOfSize(sizeOf(shape) * Number(type.slice(1))).map((data) =>
      npyBytes(`${isBig ? '>' : '<'}${type}`, isFortranOrder, shape, data),
    ),
  );

/** The bytes of an npy file, version 1. */
export function npyBytes(
  descr: string,
  isFortranOrder: boolean,
  shape: readonly number[],
  data: Uint8Array,
): Uint8Array {
  const tuple = `(${shape.join(', ')}${shape.length === 1 ? ',' : ''})`;
  const order = isFortranOrder ? 'True' : 'False';
  return npyOf(`{'descr': '${descr}', 'fortran_order': ${order}, 'shape': ${tuple}, }`, data);
}

/** The bytes of an npy file with any header. */
export function npyOf(header: string, data: Uint8Array = new Uint8Array()): Uint8Array {
  const bytes = text.encode(`${header}\n`);
  return Uint8Array.of(0x93, ...text.encode('NUMPY'), 1, 0, bytes.length & 255, bytes.length >> 8, ...bytes, ...data);
}

export interface Member {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly isDeflated: boolean;
}

const members = (bytes: fc.Arbitrary<Uint8Array>): fc.Arbitrary<Member[]> =>
  fc.uniqueArray(fc.record({ name: fc.string({ maxLength: 5 }), bytes, isDeflated: fc.boolean() }), {
    maxLength: 3,
    selector: ({ name }) => name,
  });

/** The bytes of a zip archive. */
export function zipBytes(files: readonly Member[], comment = ''): Uint8Array {
  const pieces: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  const length = (list: readonly Uint8Array[]): number => list.reduce((sum, { byteLength }) => sum + byteLength, 0);
  const numbers = (...fields: readonly (readonly [value: number, bytes: number])[]): Uint8Array => {
    const view = new DataView(new ArrayBuffer(fields.reduce((sum, [, bytes]) => sum + bytes, 0)));
    let at = 0;
    for (const [value, bytes] of fields) {
      if (bytes === 2) view.setUint16(at, value, true);
      else view.setUint32(at, value, true);
      at += bytes;
    }
    return new Uint8Array(view.buffer);
  };
  for (const { name, bytes, isDeflated } of files) {
    const packed = isDeflated ? deflateRawSync(bytes) : bytes;
    const encoded = text.encode(name);
    const common = numbers(
      [20, 2],
      [0, 2],
      [isDeflated ? 8 : 0, 2],
      [0, 4],
      [crc32(bytes), 4],
      [packed.length, 4],
      [bytes.length, 4],
      [encoded.length, 2],
      [0, 2],
    );
    const offset = length(pieces);
    pieces.push(numbers([0x04034b50, 4]), common, encoded, packed);
    directory.push(numbers([0x02014b50, 4], [20, 2]), common, numbers([0, 2], [0, 4], [0, 4], [offset, 4]), encoded);
  }
  const counts = numbers([files.length, 2], [files.length, 2], [length(directory), 4], [length(pieces), 4]);
  const end = [
    numbers([0x06054b50, 4], [0, 4]),
    counts,
    numbers([text.encode(comment).length, 2]),
    text.encode(comment),
  ];
  return Uint8Array.from([...pieces, ...directory, ...end].flatMap((piece) => [...piece]));
}

/** Bit by bit. */
function crc32(bytes: Uint8Array): number {
  let crc = -1;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}

const csvColumns = { a: 'number', b: 'integer', c: ['x', 'y'], d: 'text' } as const satisfies Record<
  string,
  ColumnType
>;
const csvFiles = fc
  .array(
    fc.tuple(
      fc.double({ noNaN: true, min: -1e30, max: 1e30 }),
      fc.integer(),
      fc.constantFrom('x', 'y'),
      fc.string({ minLength: 1, unit: fc.constantFrom('"', ',', '\r', '\n', 'ü', ' ', '1') }),
    ),
    { maxLength: 5 },
  )
  .map((rows) => rows.map(([a, b, c, d]) => `${a},${b},${c},"${d.replaceAll('"', '""')}"`))
  .map((lines) => text.encode(['a,b,c,d', ...lines].join('\r\n')));

const safetensorsFiles = fc
  .dictionary(
    fc.string({ maxLength: 4 }).filter((name) => name !== '__metadata__'),
    fc.uint8Array({ maxLength: 9 }),
  )
  .map((tensors) =>
    encodeSafetensors(
      new Map(Object.entries(tensors).map(([name, data]) => [name, { data, shape: [data.length] }])),
      {},
    ),
  )
  .map((pieces) => Uint8Array.from(pieces.flatMap((piece) => [...piece])));

const tensorBytes = (tensors: ReadonlyMap<string, { data: { byteLength: number } }>): number =>
  [...tensors.values()].reduce((sum, { data }) => sum + data.byteLength, 0);

/** No deflated byte stands for more, and none of an npy file for more than 4. */
const zipExpansion = 1032;

export const readers: readonly Reader[] = [
  {
    name: 'readCsv',
    read: (bytes) => {
      const { a, b, c } = readCsv(new TextDecoder().decode(bytes), { columns: csvColumns });
      return a.data.byteLength + b.data.byteLength + c.data.byteLength;
    },
    files: csvFiles,
    expansion: 4,
  },
  {
    name: 'readIdx',
    read: (bytes) => readIdx(bytes).data.byteLength,
    files: shapes
      .filter((shape) => shape.length > 0)
      .chain((shape) => bytesOfSize(sizeOf(shape)).map((data) => idxBytes(data, shape))),
    expansion: 1,
  },
  { name: 'readNpy', read: (bytes) => readNpy(bytes).data.byteLength, files: npyFiles, expansion: 4 },
  {
    name: 'readNpz',
    read: async (bytes) => tensorBytes(await readNpz(bytes)),
    files: members(npyFiles).map((files) => zipBytes(files)),
    expansion: 4 * zipExpansion,
  },
  {
    name: 'readZip',
    read: async (bytes) => [...(await readZip(bytes)).values()].reduce((sum, file) => sum + file.length, 0),
    files: fc
      .tuple(members(fc.uint8Array({ maxLength: 40 })), fc.string({ maxLength: 5, unit: 'grapheme-ascii' }))
      .map(([files, comment]) => zipBytes(files, comment)),
    expansion: zipExpansion,
  },
  {
    name: 'readSafetensors',
    read: (bytes) => tensorBytes(decodeSafetensors(bytes, 'readSafetensors').tensors),
    files: safetensorsFiles,
    expansion: 4,
  },
];

/** Checks a reader on `runs` valid files, and on as many that are nearly valid or any bytes at all. */
export async function checkReader({ name, read, files, expansion }: Reader, runs: number): Promise<void> {
  await fc.assert(
    fc.asyncProperty(files, async (bytes) => {
      await read(bytes).valueOf();
    }),
    { numRuns: runs },
  );
  await fc.assert(
    fc.asyncProperty(fc.oneof(damaged(files), fc.uint8Array({ maxLength: 60 })), async (bytes) => {
      try {
        const size = await read(bytes);
        if (size > expansion * bytes.length) throw new TypeError(`${size} bytes out of ${bytes.length}`);
      } catch (error) {
        // One clear sentence: who, what is wrong, and nothing of the reader's own insides.
        const { message } = error instanceof Error ? error : new Error();
        const isClear =
          message.startsWith(`${name}: `) && /^[^\n]+$/.test(message) && !/NaN|undefined|\[object/.test(message);
        if (error instanceof TypeError || error instanceof RangeError || !isClear) throw error;
      }
    }),
    { numRuns: runs },
  );
}

/** Some bytes changed, cut off, put in or left out. */
function damaged(files: fc.Arbitrary<Uint8Array>): fc.Arbitrary<Uint8Array> {
  const change = fc.record({ place: fc.double({ min: 0, max: 1, noNaN: true }), byte: fc.nat(255), kind: fc.nat(3) });
  return fc.tuple(files, fc.array(change, { minLength: 1, maxLength: 3 })).map(([bytes, changes]) => {
    let all = [...bytes];
    for (const { place, byte, kind } of changes) {
      const at = Math.floor(place * all.length);
      if (kind === 0) all[at] = byte;
      else if (kind === 1) all = all.slice(0, at);
      else if (kind === 2) all.splice(at, 0, byte);
      else all.splice(at, 1);
    }
    return Uint8Array.from(all);
  });
}
