// The commit protocol: a file is replaced as a whole and durably, or not at all.

import { randomBytes } from 'node:crypto';
import { closeSync, constants, fstatSync, fsyncSync, openSync, renameSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { closeQuietly, diskError, failure, syncDirectory, unlinkQuietly, writeBytes } from './disk.node.ts';

/** What unfinished files begin with. */
export const temporaryPrefix = '.tmp-';

// Windows knows no O_NOFOLLOW.
const EXCLUSIVE = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | (constants.O_NOFOLLOW ?? 0);

/**
 * Writes a file durably: whatever happens, the path holds either what it held before or all of the chunks. Written
 * beside it, synchronised, then renamed, in the same directory since a rename cannot leave its file system.
 *
 * When it throws, try again by calling it again with the same chunks: after a failed fsync the system forgets which
 * pages it has not written, and a second fsync of the same file would lie (*Rebello et al., USENIX ATC 2020*).
 */
export function commit(path: string, chunks: Iterable<Uint8Array>): void {
  replace(path, chunks);
  syncDirectory(dirname(path));
}

/**
 * The same, but a power cut may leave what the path held before. Where that is good enough, it takes half of the time.
 */
export function replace(path: string, chunks: Iterable<Uint8Array>): void {
  const temporary = join(dirname(path), temporaryPrefix + randomBytes(12).toString('hex'));
  const file = create(temporary, path);
  try {
    fill(file, chunks);
    renameSync(temporary, path);
  } catch (error) {
    unlinkQuietly(temporary);
    throw diskError(path, 'written', error);
  }
}

function create(temporary: string, path: string): number {
  try {
    return openSync(temporary, EXCLUSIVE, 0o666);
  } catch (error) {
    throw diskError(path, 'written', error);
  }
}

function fill(file: number, chunks: Iterable<Uint8Array>): void {
  try {
    let bytes = 0;
    for (const chunk of chunks) {
      writeBytes(file, chunk);
      bytes += chunk.length;
    }
    fsyncSync(file);
    const { size } = fstatSync(file);
    if (size !== bytes) throw failure(`the file has ${size} of ${bytes} bytes`);
  } catch (error) {
    closeQuietly(file);
    throw error;
  }
  // Network file systems tell of a full disk only now.
  closeSync(file);
}
