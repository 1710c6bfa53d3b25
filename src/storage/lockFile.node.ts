// Lock files as they are made, read and removed, also where a network file system shows yesterday's.

import { constants, linkSync, lstatSync, openSync, readSync, writeFileSync } from 'node:fs';
import { closeQuietly, codeOf, diskError, orNull } from './disk.node.ts';

const maxLockBytes = 4096;

/** Nothing if there is no such file, and no more than a lock file can have. */
export function readStart(path: string, attempts = 3): string | undefined {
  let file: number | undefined;
  try {
    file = openSync(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0));
    const bytes = Buffer.allocUnsafe(maxLockBytes);
    return bytes.toString('utf8', 0, readSync(file, bytes));
  } catch (error) {
    const code = codeOf(error);
    // Removed by another host of a network file system, or only looked up in an old listing.
    if (code === 'ESTALE' && attempts > 1) return readStart(path, attempts - 1);
    if (code === 'ENOENT' || code === 'ESTALE') return undefined;
    throw diskError(path, 'read', error);
  } finally {
    if (file !== undefined) closeQuietly(file);
  }
}

/** The file appears with all its text, or, where there are no hard links, empty for a moment. */
export function linkWhereItCan(unique: string, path: string, text: string): void {
  try {
    linkSync(unique, path);
  } catch (error) {
    // The reply of a network file system may be lost: it can have been done all the same.
    if (linksOf(unique) === 2) return;
    if (codeOf(error) === 'EEXIST' || codeOf(error) === 'ENOENT') throw error;
    writeFileSync(path, text, { flag: 'wx' });
  }
}

function linksOf(path: string): number {
  return orNull(() => lstatSync(path).nlink) ?? 0;
}
