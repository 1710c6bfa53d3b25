import fc from 'fast-check';
import { expect, test } from 'vitest';
import { UserError } from '../errors.ts';
import { type Member, zipBytes } from '../testing/readers.ts';
import { readZip } from './zip.ts';

const hello: Member = { name: 'hello', bytes: new TextEncoder().encode('hello'), isDeflated: false };
const zeros: Member = { name: 'zeros', bytes: new Uint8Array(100_000), isDeflated: true };
const archive = zipBytes([hello, zeros]);
const directory = archive.length - 22 - 2 * (46 + 5);

/** A copy with a number of two or four bytes in another place of it. */
function changed(at: number, value: number, bytes: 2 | 4): Uint8Array {
  const copy = archive.slice();
  const view = new DataView(copy.buffer);
  if (bytes === 2) view.setUint16(at, value, true);
  else view.setUint32(at, value, true);
  return copy;
}

test('gives back what was packed, at any offset of a Buffer', async () => {
  const member = fc.record({ bytes: fc.uint8Array({ maxLength: 300 }), isDeflated: fc.boolean() });
  await fc.assert(
    fc.asyncProperty(fc.dictionary(fc.string(), member), fc.string({ unit: 'grapheme' }), async (members, comment) => {
      const files = Object.entries(members).map(([name, one]) => ({ name, ...one }));
      const shifted = Buffer.concat([Buffer.alloc(3), zipBytes(files, comment.replaceAll('P', ''))]).subarray(3);
      const read = await readZip(shifted);
      expect([...read].map(([name, bytes]) => [name, [...bytes]])).toEqual(
        files.map(({ name, bytes }) => [name, [...bytes]]),
      );
    }),
  );
});

test.each<[string, Uint8Array, string]>([
  ['nothing', new Uint8Array(), 'is no zip archive, or is cut off, got 0 bytes'],
  ['a cut archive', archive.subarray(0, -1), 'is no zip archive, or is cut off'],
  ['a comment that is not there', changed(archive.length - 2, 5, 2), 'is no zip archive'],
  ['Zip64', changed(archive.length - 6, 0xffffffff, 4), 'archives of 4 GiB or 65,535 files and more cannot be read'],
  ['a wrong place of the directory', changed(archive.length - 6, 3, 4), 'the directory must end at byte'],
  ['too many entries', changed(archive.length - 12, 3, 2), 'the directory must have 3 entries, got 2'],
  ['too few entries', changed(archive.length - 12, 1, 2), 'the directory has 51 bytes too many'],
  ['a long name', changed(directory + 28, 60_000, 2), 'entry 0 of the directory is cut off'],
  ['encryption', changed(directory + 8, 1, 2), "'hello' is encrypted; store it without a password"],
  ['another method', changed(directory + 10, 14, 2), "'hello' must be stored or deflated, got method 14"],
  ['a wrong place of a file', changed(directory + 42, 1, 4), "'hello' does not lie where the directory says"],
  ['a place beyond the end', changed(directory + 42, 0xfffffff0, 4), "'hello' does not lie where the directory says"],
  ['a file without end', changed(directory + 20, 0xffffffff, 4), "'hello' reaches into the directory"],
  [
    'a stored file of another size',
    changed(directory + 24, 6, 4),
    "'hello' cannot have 6 bytes when it is packed into 5",
  ],
  ['a size no method reaches', changed(directory + 51 + 24, 0xffffffff, 4), "'zeros' cannot have 4294967295 bytes"],
  [
    'a larger size than there is',
    changed(directory + 51 + 24, 100_001, 4),
    "'zeros' cannot be unpacked: it should have 100001 bytes, got 100000",
  ],
  ['a smaller size than there is', changed(directory + 51 + 24, 99_999, 4), 'it should have 99999 bytes, got more'],
  [
    'a wrong checksum',
    changed(directory + 16, 1, 4),
    "'hello' is damaged: its checksum is not the one in the directory",
  ],
  ['a damaged file', changed(30 + 5, 0, 2), "'hello' is damaged"],
  ['damaged packed bytes', changed(30 + 5 + 5 + 30 + 5, 0xffff, 2), "'zeros' cannot be unpacked: "],
  ['overlapping files', changed(directory + 51 + 42, 0, 4), "'zeros' overlaps another file"],
  ['one name twice', zipBytes([hello, hello]), "the name 'hello' stands twice in the archive"],
])('refuses %s', async (_, bytes, message) => {
  const error: unknown = await readZip(bytes).catch((error: unknown) => error);
  expect(error).toBeInstanceOf(UserError);
  expect(String(error)).toMatch(/^UserError: readZip: [^\n]+$/);
  expect(String(error)).toContain(message);
});
