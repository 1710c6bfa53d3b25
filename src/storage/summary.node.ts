// What small files say of a configuration; no checkpoint is opened and nothing is executed.

import { closeSync, existsSync, fstatSync, openSync, readFileSync, readSync } from 'node:fs';
import { join } from 'node:path';
import type { Info } from '../trainable.ts';
import { isJsonObject, parseJson, parseLog } from './json.ts';

export interface Summary {
  readonly index: number;
  readonly directory: string;
  readonly state: 'finished' | 'diverged' | 'unfinished' | 'no result';
  readonly step: number | null;
  /** Smallest validation loss; null where none is known. */
  readonly bestLoss: number | null;
}

export function summarize(location: string, index: number): Summary {
  const directory = join(location, String(index));
  const newest = newestInfo(directory);
  const state = existsSync(join(directory, 'report-last.json'))
    ? endState(directory, newest)
    : newest
      ? 'unfinished'
      : 'no result';
  return { index, directory, state, step: newest?.step ?? null, bestLoss: newest?.bestLoss ?? null };
}

/** How a run that is over for good ended. The log alone may say it: run.json is written last of all. */
export function endState(directory: string, newest = newestInfo(directory)): 'finished' | 'diverged' {
  if (typeof newest?.trainLoss === 'number' && !Number.isFinite(newest.trainLoss)) return 'diverged';
  const path = join(directory, 'run.json');
  const run = existsSync(path) ? parseJson(readFileSync(path, 'utf8'), path) : undefined;
  return isJsonObject(run) && run.state === 'diverged' ? 'diverged' : 'finished';
}

/** The last complete line of the log, which is read from its end. */
export function newestInfo(directory: string): Info | undefined {
  const path = join(directory, 'log.jsonl');
  if (!existsSync(path)) return undefined;
  const file = openSync(path, 'r');
  try {
    const { size } = fstatSync(file);
    for (let length = Math.min(size, 4096); length > 0; length = length < size ? Math.min(size, 16 * length) : 0) {
      const bytes = new Uint8Array(length);
      readSync(file, bytes, 0, length, size - length);
      const end = bytes.lastIndexOf(10);
      const start = end <= 0 ? -1 : bytes.lastIndexOf(10, end - 1);
      // The line may begin before what was read.
      if (end < 0 || (start < 0 && length < size)) continue;
      const [info] = parseLog(new TextDecoder().decode(bytes.subarray(start + 1, end + 1)), path);
      return info;
    }
    return undefined;
  } finally {
    closeSync(file);
  }
}
