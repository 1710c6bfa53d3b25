// This copy of alchemie: its version, its files, and what it needs from beside it. A bundle has another module in place of
// this one (.ci/bundle.mjs), for it lies alone.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

export function packageVersion(): string {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  return version;
}

const FILES = fileURLToPath(new URL('..', import.meta.url));

/** Whether a file is one of ours, not a user's. */
export function isOurs(file: string): boolean {
  return file.startsWith(FILES);
}

/**
 * Loaded only where an experiment is: help and evaluation start without. By `require`, for as an ES module Node.js would
 * first search all of it for the names it exports, which takes 15 to 30 ms.
 */
export function jiti(): typeof import('jiti') {
  return createRequire(import.meta.url)('jiti');
}
