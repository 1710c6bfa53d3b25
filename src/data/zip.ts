// Reads zip archives: the directory at the end says where the files are, how long, and how they were packed.
// Source: PKWARE APPNOTE.TXT 6.3.10. No encryption, no Zip64 (archives from 4 GiB on), methods stored and deflated only.

import { quote, UserError } from '../errors.ts';

const END_SIGNATURE = 0x06054b50;
const END_BYTES = 22;
const ENTRY_SIGNATURE = 0x02014b50;
const ENTRY_BYTES = 46;
const LOCAL_SIGNATURE = 0x04034b50;
const LOCAL_BYTES = 30;
const LONGEST_COMMENT = 0xffff;
const STORED = 0;
const DEFLATED = 8;
const ENCRYPTED = 1;

/** No deflated byte stands for more; see https://zlib.net/zlib_tech.html, "Maximum Compression Factor". */
const MOST_EXPANSION = 1032;

/** Of all files together, unpacked. */
const MOST_BYTES = 2 ** 32;

interface Entry {
  readonly name: string;
  readonly method: number;
  readonly crc: number;
  readonly size: number;
  /** Where its packed bytes lie in the archive. */
  readonly begin: number;
  readonly end: number;
}

/**
 * The files in an archive by name, unpacked, in the order of the directory. Lengths and checksums are verified; memory is
 * taken for what is really unpacked, never for what a header claims.
 *
 * @param what names the archive in errors
 * @throws UserError on anything but a whole archive of stored or deflated files
 */
export async function readZip(bytes: Uint8Array, what = 'readZip'): Promise<Map<string, Uint8Array>> {
  const complain = (wrong: string): UserError => new UserError(`${what}: ${wrong}`);
  const entries = readDirectory(bytes, complain);
  checkPlaces(entries, complain);
  const files = new Map<string, Uint8Array>();
  for (const entry of entries) {
    const subject = `'${quote(entry.name)}'`;
    if (files.has(entry.name)) throw complain(`the name ${subject} stands twice in the archive`);
    const packed = bytes.subarray(entry.begin, entry.end);
    const file =
      entry.method === STORED
        ? packed
        : await inflate(packed, entry.size, (wrong) => complain(`${subject} cannot be unpacked: ${wrong}`));
    if (crc32([file]) !== entry.crc)
      throw complain(`${subject} is damaged: its checksum is not the one in the directory`);
    files.set(entry.name, file);
  }
  return files;
}

function readDirectory(bytes: Uint8Array, complain: (wrong: string) => Error): Entry[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = findEnd(view);
  if (end === undefined) throw complain(`is no zip archive, or is cut off, got ${bytes.length} bytes`);
  const count = view.getUint16(end + 10, true);
  const directoryBytes = view.getUint32(end + 12, true);
  let at = view.getUint32(end + 16, true);
  if (at === 0xffff_ffff || count === 0xffff)
    throw complain('archives of 4 GiB or 65,535 files and more cannot be read');
  if (at + directoryBytes !== end) {
    throw complain(`the directory must end at byte ${end}, got ${at + directoryBytes}; the archive is damaged`);
  }
  const entries: Entry[] = [];
  for (let i = 0; i < count; i++) {
    if (at + ENTRY_BYTES > end || view.getUint32(at, true) !== ENTRY_SIGNATURE) {
      throw complain(`the directory must have ${count} entries, got ${i}; the archive is damaged`);
    }
    const nameBytes = view.getUint16(at + 28, true);
    const next = at + ENTRY_BYTES + nameBytes + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
    if (next > end) throw complain(`entry ${i} of the directory is cut off`);
    const name = new TextDecoder().decode(bytes.subarray(at + ENTRY_BYTES, at + ENTRY_BYTES + nameBytes));
    entries.push(readEntry(view, at, name, complain));
    at = next;
  }
  if (at !== end) throw complain(`the directory has ${end - at} bytes too many; the archive is damaged`);
  return entries;
}

/** Where the record at the end of the directory begins: it is the last thing in the file but for a comment. */
function findEnd(view: DataView): number | undefined {
  const last = view.byteLength - END_BYTES;
  for (let at = last; at >= Math.max(0, last - LONGEST_COMMENT); at--) {
    if (view.getUint32(at, true) === END_SIGNATURE && view.getUint16(at + 20, true) === last - at) return at;
  }
  return undefined;
}

/** @param at where the entry lies in the directory */
function readEntry(view: DataView, at: number, name: string, complain: (wrong: string) => Error): Entry {
  const subject = `'${quote(name)}'`;
  const method = view.getUint16(at + 10, true);
  const [crc, packedBytes] = [view.getUint32(at + 16, true), view.getUint32(at + 20, true)];
  const [size, local] = [view.getUint32(at + 24, true), view.getUint32(at + 42, true)];
  if (view.getUint16(at + 8, true) & ENCRYPTED) throw complain(`${subject} is encrypted; store it without a password`);
  if (method !== STORED && method !== DEFLATED) {
    throw complain(`${subject} must be stored or deflated, got method ${method}`);
  }
  if (local + LOCAL_BYTES > at || view.getUint32(local, true) !== LOCAL_SIGNATURE) {
    throw complain(`${subject} does not lie where the directory says; the archive is damaged`);
  }
  // The local header repeats the directory but for the length of its extra field, which says nothing that is needed.
  const begin = local + LOCAL_BYTES + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
  if (begin + packedBytes > at) throw complain(`${subject} reaches into the directory; the archive is damaged`);
  if (method === STORED ? size !== packedBytes : size > MOST_EXPANSION * packedBytes) {
    throw complain(`${subject} cannot have ${size} bytes when it is packed into ${packedBytes}`);
  }
  return { name, method, crc, size, begin, end: begin + packedBytes };
}

/** No two files may share bytes: a small archive could unpack to anything. */
function checkPlaces(entries: readonly Entry[], complain: (wrong: string) => Error): void {
  const total = entries.reduce((sum, { size }) => sum + size, 0);
  if (total > MOST_BYTES) throw complain(`unpacks to ${total} bytes; at most ${MOST_BYTES} are read`);
  let end = 0;
  for (const entry of entries.toSorted((a, b) => a.begin - b.begin)) {
    if (entry.begin < end) throw complain(`'${quote(entry.name)}' overlaps another file; the archive is damaged`);
    end = entry.end;
  }
}

async function inflate(packed: Uint8Array, size: number, complain: (wrong: string) => Error): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  try {
    const stream = new Blob([packed.slice()]).stream().pipeThrough(new DecompressionStream('deflate-raw'));
    for (const reader = stream.getReader(); ; ) {
      const { done, value } = await reader.read();
      if (done) break;
      length += value.length;
      if (length > size) {
        await reader.cancel();
        break;
      }
      pieces.push(value);
    }
  } catch (error) {
    throw complain(error instanceof Error ? quote(error.message) : 'damaged');
  }
  if (length !== size) throw complain(`it should have ${size} bytes, got ${length > size ? 'more' : length}`);
  const whole = new Uint8Array(size);
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

/** Remainders of all bytes by the polynomial of CRC-32 (ISO 3309), bits reversed. */
const remainders = Uint32Array.from({ length: 256 }, (_, byte) => {
  let remainder = byte;
  for (let bit = 0; bit < 8; bit++) remainder = (remainder >>> 1) ^ (remainder & 1 ? 0xedb88320 : 0);
  return remainder;
});

/** Of the chunks as if they were one. */
export function crc32(chunks: Iterable<Uint8Array>): number {
  let crc = 0xffff_ffff;
  for (const bytes of chunks) for (const byte of bytes) crc = (crc >>> 8) ^ (remainders[(crc ^ byte) & 0xff] ?? 0);
  return (crc ^ 0xffff_ffff) >>> 0;
}
