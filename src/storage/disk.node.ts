// What Node.js does not do about files by itself: whole reads and writes of any size, errors as sentences.

import {
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readSync,
  type Stats,
  statSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { dirname, resolve } from 'node:path';
import { getSystemErrorMap } from 'node:util';
import { DISK, UserError } from '../errors.ts';

/** Node.js refuses 2 GiB and more in one call; smaller pieces cost nothing measurable. */
export const pieceBytes = 64 * 2 ** 20;

/** The pieces of at most 64 MiB that make up the bytes. */
export function* piecesOf(bytes: Uint8Array): Generator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += pieceBytes) yield bytes.subarray(start, start + pieceBytes);
}

/** What has the name of a file was not written as one: a directory, a link in a circle, something of impossible size. */
export class NoFile extends UserError {
  override readonly name: string = 'NoFile';
}

// What is no file, a pipe say, must not keep us waiting. Windows knows neither pipes nor O_NONBLOCK.
export const READ = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

/** What is read as text is no larger. */
const maxTextBytes = 256 * 2 ** 20;

/**
 * All bytes of a file; undefined if there is none.
 *
 * @param most larger files are refused before anything is allocated
 */
export function readBytes(path: string, most = maxTextBytes): Uint8Array | undefined {
  let file: number | undefined;
  try {
    file = openSync(path, READ);
    const status = fstatSync(file);
    checkIsFile(path, status, most);
    const bytes = new Uint8Array(status.size);
    let filled = 0;
    while (filled < bytes.length) {
      const count = readSync(file, bytes, filled, Math.min(bytes.length - filled, pieceBytes), null);
      if (count === 0) break;
      filled += count;
    }
    return bytes.subarray(0, filled);
  } catch (error) {
    const code = codeOf(error);
    if (code === 'ENOENT') return undefined;
    if (code === 'ELOOP') throw new NoFile(`${path}: is a symbolic link that leads nowhere; replace it by a file`);
    throw diskError(path, 'read', error);
  } finally {
    if (file !== undefined) closeQuietly(file);
  }
}

/** @throws NoFile unless it is one, of at most so many bytes */
export function checkIsFile(path: string, status: Pick<Stats, 'isFile' | 'size'>, most = maxTextBytes): void {
  if (!status.isFile()) throw new NoFile(`${path}: is not a file; move it away`);
  if (status.size <= most) return;
  throw new NoFile(`${path}: is too large, got ${status.size} bytes; at most ${most} are read`);
}

/** Writes all bytes, where a single call may write but a part of them: a disk that gets full shows it this way. */
export function writeBytes(file: number, bytes: Uint8Array, position?: number): void {
  let written = 0;
  while (written < bytes.length) {
    const length = Math.min(bytes.length - written, pieceBytes);
    const count = writeSync(file, bytes, written, length, position === undefined ? null : position + written);
    if (count === 0) throw failure(`the disk took ${written} of ${bytes.length} bytes`);
    written += count;
  }
}

/**
 * Makes a directory, and those above it that are not there; one call of the system where only it is missing. Node.js's own
 * `recursive` never ends where a system says that there is no such thing as could be made, as Linux does within /proc.
 */
export function makeDirectory(path: string): void {
  let error = attemptDirectory(path);
  if (codeOf(error) === 'ENOENT') {
    makeDirectory(dirname(resolve(path)));
    error = attemptDirectory(path);
  }
  if (error !== undefined) throw error;
}

/** What keeps it from being there. */
function attemptDirectory(path: string): unknown {
  try {
    mkdirSync(path);
    return undefined;
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') return error;
    return statSync(path).isDirectory() ? undefined : failure(`${path} is a file`, 'ENOTDIR');
  }
}

/** Makes names in a directory durable: that of a new file, that of a renamed one. */
export function syncDirectory(path: string): void {
  let directory: number | undefined;
  try {
    directory = openSync(path, 'r');
    fsyncSync(directory);
  } catch (error) {
    // Some file systems, and Windows, cannot do it; there the rename itself is all there is.
    const code = codeOf(error);
    if (code !== 'EINVAL' && code !== 'EPERM') throw diskError(path, 'made durable', error);
  } finally {
    if (directory !== undefined) closeQuietly(directory);
  }
}

/** For where an error is already under way, or where closing cannot lose anything. */
export function closeQuietly(file: number): void {
  try {
    closeSync(file);
  } catch {}
}

/** For what is not needed any more: if it cannot be removed now, then another time. */
export function unlinkQuietly(path: string): void {
  try {
    unlinkSync(path);
  } catch {}
}

/** Null where it cannot be read. */
export function orNull<T>(read: () => T): T | null {
  try {
    return read();
  } catch {
    return null;
  }
}

/** An error as of the operating system, for failures it does not report itself. */
export function failure(message: string, code = 'EIO'): Error {
  return Object.assign(new Error(message), { code });
}

/** The operating system's name of an error, as in `ENOSPC`. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** An error of the operating system as a sentence, with the error as its cause; other errors as they are. */
export function diskError(
  path: string,
  deed: 'read' | 'written' | 'renamed' | 'removed' | 'made durable',
  cause: unknown,
): unknown {
  const code = codeOf(cause);
  if (code === undefined || !(cause instanceof Error)) return cause;
  const number = 'errno' in cause && typeof cause.errno === 'number' ? cause.errno : 0;
  const meaning = getSystemErrorMap().get(number)?.[1];
  const mistake = mistakes.get(code);
  const remedy = mistake ?? (code === 'ENOSPC' || code === 'EDQUOT' ? 'free some space' : 'check the disk');
  return new UserError(
    `${path}: cannot be ${deed}, got ${code}, ${meaning ?? cause.message}; ${remedy}`,
    mistake === undefined ? DISK : 2,
    { cause },
  );
}

const permissions = "check the directory's owner and permissions";
/** Errors that are somebody's mistake, with what to do; others are the disk's. */
const mistakes: ReadonlyMap<string, string> = new Map([
  ['EACCES', permissions],
  ['EPERM', permissions],
  ['EROFS', permissions],
  ['ENOENT', 'check that its directory exists'],
  ['ENOTDIR', 'check that its directory is one'],
  ['ENAMETOOLONG', 'choose a shorter name'],
  ['EISDIR', 'move that directory away'],
  ['ELOOP', 'replace the symbolic link by a file'],
  ['EMFILE', 'run fewer at a time'],
  ['ENFILE', 'run fewer at a time'],
]);
