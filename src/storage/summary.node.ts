// What small files say of configurations; no checkpoint is opened and nothing is executed.

import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../errors.ts';
import type { Info } from '../trainable.ts';
import { checkIsFile, codeOf, diskError, READ } from './disk.node.ts';
import { isJsonObject, type Json, numberFrom, parseInfo, parseJson } from './json.ts';
import { LAST_REPORT, LOG, RUN_RECORD, START_OVER } from './trialFiles.ts';

export interface Summary {
  readonly index: number;
  readonly directory: string;
  readonly state: 'finished' | 'diverged' | 'unfinished' | 'no result' | 'damaged';
  readonly step: number | null;
  /** Smallest validation loss; null where none is known. */
  readonly bestLoss: number | null;
  /** Of a damaged one: what is wrong. One of many does not keep from reading the others. */
  readonly damage?: string;
}

/** @throws UserError when a cfg.mjs ends too early, as after a power failure: its seed stands last */
export function checkHasSeed(text: string, path: string): void {
  if (!/\bseed\b/.test(text)) throw new UserError(`${path}: exports no seed; it must contain 'export const seed = …'`);
}

/** The report of a run that is over for good; undefined if it is not. */
export async function lastReport(directory: string): Promise<Json | undefined> {
  const path = join(directory, LAST_REPORT);
  return parseLastReport(await readText(path), path);
}

export function parseLastReport(text: string | undefined, path: string): Json | undefined {
  try {
    return text === undefined ? undefined : parseJson(text, path);
  } catch (error) {
    if (error instanceof UserError) throw new UserError(`${error.message}; remove it, and alc run makes it anew`);
    throw error;
  }
}

/** run.json, which is no result: one that is damaged is as good as none. */
export async function runRecord(directory: string): Promise<Json | undefined> {
  const path = join(directory, RUN_RECORD);
  return parseRunRecord(await readText(path), path);
}

export function parseRunRecord(text: string | undefined, path: string): Json | undefined {
  try {
    return text === undefined ? undefined : parseJson(text, path);
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

/**
 * How a run that is over for good ended. The log alone may say it: run.json is written last of all.
 *
 * @throws UserError when the log is not the one that the run has left
 */
export function endStateOf(
  directory: string,
  newest: Info | undefined,
  run: Json | undefined,
): 'finished' | 'diverged' {
  const lineage = isJsonObject(run) && Array.isArray(run.lineage) ? run.lineage : [];
  const last = lineage.at(-1);
  // Where it was killed before it was written, that of an earlier run may be the last.
  const isOver = isJsonObject(last) && (last.end === 'finished' || last.end === 'diverged');
  const loggedStep = isOver ? numberFrom(last.loggedStep) : undefined;
  if (loggedStep !== undefined && newest?.step !== loggedStep) {
    const found = newest ? `ends with step ${newest.step}` : 'has no line';
    throw new UserError(`${join(directory, LOG)}: ${found}, though the run logged up to ${loggedStep}; ${START_OVER}`);
  }
  if (typeof newest?.trainLoss === 'number' && !Number.isFinite(newest.trainLoss)) return 'diverged';
  return isJsonObject(run) && run.state === 'diverged' ? 'diverged' : 'finished';
}

/** The last complete line of the log, which is read from its end. */
export async function newestInfo(directory: string): Promise<Info | undefined> {
  const path = join(directory, LOG);
  const file = await orNone(path, (path) => open(path, READ));
  if (!file) return undefined;
  try {
    const line = await lastLine(file, path);
    return line === undefined ? undefined : parseInfo(line, `${path}: its last line`);
  } finally {
    await file.close();
  }
}

const longestLine = 2 ** 20;

async function lastLine(file: FileHandle, path: string): Promise<string | undefined> {
  const { size } = await file.stat();
  for (const length of tailLengths(size, path)) {
    const { buffer: bytes } = await file.read(new Uint8Array(length), 0, length, size - length);
    const line = lastLineOf(bytes, length === size);
    if (line !== undefined) return line;
  }
  return undefined;
}

/** How much of the end of a log to read in search of its last line: little at first, then more. */
export function* tailLengths(size: number, path: string): Generator<number> {
  for (let length = Math.min(size, 4096); length > 0; length = length < size ? Math.min(size, 16 * length) : 0) {
    if (length > 16 * longestLine) throw new UserError(`${path}: its last line is too long; it is damaged`);
    yield length;
  }
}

/** The last line that is ended; undefined if there is none, or if it may begin before what was read. */
export function lastLineOf(bytes: Uint8Array, isWhole: boolean): string | undefined {
  const end = bytes.lastIndexOf(10);
  const start = end <= 0 ? -1 : bytes.lastIndexOf(10, end - 1);
  return end >= 0 && (start >= 0 || isWhole) ? decoder.decode(bytes.subarray(start + 1, end + 1)) : undefined;
}

const decoder = new TextDecoder();

/** The text of a file; undefined if there is none. */
async function readText(path: string): Promise<string | undefined> {
  const file = await orNone(path, (path) => open(path, READ));
  if (!file) return undefined;
  try {
    checkIsFile(path, await file.stat());
    return await file.readFile('utf8');
  } catch (error) {
    throw diskError(path, 'read', error);
  } finally {
    await file.close();
  }
}

/** Undefined if there is no such file. */
async function orNone<T>(path: string, get: (path: string) => Promise<T>): Promise<T | undefined> {
  try {
    return await get(path);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw diskError(path, 'read', error);
  }
}
