// Writes zip archives: files one after the other, stored as they are, then the directory. The date of all is the format's
// first, 1980-01-01, so that the same files give the same bytes.
// Source: PKWARE APPNOTE.TXT 6.3.10, sections 4.3.7, 4.3.12 and 4.3.16. No Zip64: below 4 GiB and 65,535 files.

import { UserError } from '../errors.ts';
import { crc32 } from './zip.ts';

const VERSION = 20;
const UTF_8 = 0x0800;
const FIRST_DAY = 0x21;
const MOST = 0xffff_ffff;

/** The archive as pieces to be written one after the other; the files are not copied. */
export function encodeZip(files: ReadonlyMap<string, readonly Uint8Array[]>): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let at = 0;
  for (const [name, chunks] of files) {
    const text = new TextEncoder().encode(name);
    const size = bytesOf(chunks);
    const local = at;
    // What both headers have: version, flags, method, time, day, checksum, packed and real size, lengths of name and extra.
    const facts = [
      [2, VERSION],
      [2, UTF_8],
      [2, 0],
      [2, 0],
      [2, FIRST_DAY],
      [4, crc32(chunks)],
      [4, size],
      [4, size],
      [2, text.length],
      [2, 0],
    ] as const;
    const header = record([[4, 0x04034b50], ...facts]);
    pieces.push(header, text, ...chunks);
    at += header.length + text.length + size;
    if (at > MOST)
      throw new UserError(`zip: at most ${MOST} bytes fit into an archive, got more; export less at a time`);
    // Length of the comment, disk, two kinds of attributes, place.
    directory.push(record([[4, 0x02014b50], [2, VERSION], ...facts, [2, 0], [2, 0], [2, 0], [4, 0], [4, local]]), text);
  }
  const count = files.size;
  if (count >= 0xffff) throw new UserError(`zip: at most 65,534 files fit into an archive, got ${count}`);
  // Disks, entries on this disk and in all, size and place of the directory, length of the comment.
  const end = record([
    [4, 0x06054b50],
    [2, 0],
    [2, 0],
    [2, count],
    [2, count],
    [4, bytesOf(directory)],
    [4, at],
    [2, 0],
  ]);
  return [...pieces, ...directory, end];
}

/** Numbers of 2 or 4 bytes, little-endian. */
function record(fields: readonly (readonly [bytes: 2 | 4, value: number])[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(fields.reduce((total, [bytes]) => total + bytes, 0)));
  let at = 0;
  for (const [bytes, value] of fields) {
    if (bytes === 2) view.setUint16(at, value, true);
    else view.setUint32(at, value, true);
    at += bytes;
  }
  return new Uint8Array(view.buffer);
}

function bytesOf(chunks: readonly Uint8Array[]): number {
  return chunks.reduce((total, { length }) => total + length, 0);
}
