// Errors of a browser's storage as sentences.

import { DISK, UserError } from '../errors.ts';

/** @param deed what could not be done: `written` */
export function storageError(path: string, deed: string, cause: unknown): UserError {
  if (cause instanceof UserError) return cause;
  const { name, message } = cause instanceof Error ? cause : new Error(String(cause));
  if (name === 'QuotaExceededError') {
    return new UserError(
      `${path}: cannot be ${deed}, the browser's storage is full; free space on this device, or download runs and remove them`,
      DISK,
      { cause },
    );
  }
  return new UserError(`${path}: cannot be ${deed} (${message || name})`, DISK, { cause });
}
