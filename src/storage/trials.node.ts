// All that the small files of trials say, for whoever compares, shows or exports them: configuration, last line of the
// log, report, record of runs. Nothing is executed, and of a checkpoint its header is read, if anything.
//
// Files are read one after the other without waiting in between, which takes a quarter of the processor's time that
// promises take: 0.08 ms a trial.

import { closeSync, fstatSync, openSync, readdirSync, readSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { UserError } from '../errors.ts';
import { parseLiteral } from '../parseLiteral.ts';
import type { Info } from '../trainable.ts';
import { listConfigurations } from './configuration.node.ts';
import { checkContents, parseConfiguration, type StoredConfiguration } from './configuration.ts';
import { checkIsFile, codeOf, diskError, READ, readBytes } from './disk.node.ts';
import { isJsonObject, type Json, parseInfo, parseJson, parseLog } from './json.ts';
import { decodeMetadata, headerEnd } from './safetensors.ts';
import {
  checkHasSeed,
  endStateOf,
  lastLineOf,
  parseLastReport,
  parseRunRecord,
  type Summary,
  tailLengths,
} from './summary.node.ts';
import {
  CHECKPOINT,
  CONFIGURATION,
  checkpointName,
  LAST_REPORT,
  LOG,
  lostProgress,
  numbersIn,
  REPORT,
  RUN_RECORD,
  reportName,
} from './trialFiles.ts';

/** A trial as its directory shows it. What a damaged file said is missing; the others' is there. */
export interface StoredTrial extends Summary {
  /** Undefined where they cannot be read without executing anything. */
  readonly pars: Readonly<Record<string, unknown>> | undefined;
  readonly seed: number | undefined;
  /** Why there are no pars. */
  readonly unreadable?: string;
  /** The last line of the log. */
  readonly info: Info | undefined;
  /** The final report, else the newest of those at interruptions. */
  readonly report: Json | undefined;
  /** The content of run.json: state, seconds, versions, git, lineage. */
  readonly run: { readonly [key: string]: Json } | undefined;
}

/** The trials of a location in the order of their indices, however many there are. */
export async function* storedTrials(location: string): AsyncGenerator<StoredTrial> {
  for (const index of await listConfigurations(location)) yield storedTrial(join(location, String(index)), index);
}

/** @param index the directory's name by default */
export function storedTrial(directory: string, index = Number(basename(directory))): StoredTrial {
  const damages: string[] = [];
  const sound = <T>(read: () => T): T | undefined => {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      damages.push(error.message);
      return undefined;
    }
  };
  // First: a run that is over has written it after all of its log.
  const last = sound(() => read(join(directory, LAST_REPORT), parseLastReport));
  const info = sound(() => newestInfo(join(directory, LOG)));
  const run = sound(() => read(join(directory, RUN_RECORD), parseRunRecord));
  const report = last !== undefined ? last : sound(() => newestReport(directory));
  const path = join(directory, CONFIGURATION);
  const cfg = sound(() => readConfigurationText(directory)) ?? '';
  sound(() => checkHasSeed(cfg, path));
  if (last === undefined) sound(() => checkProgress(directory));
  const end = last === undefined ? undefined : sound(() => endStateOf(directory, info, run));
  const [damage] = damages;
  const state = damage !== undefined ? 'damaged' : (end ?? (info ? 'unfinished' : 'no result'));
  return {
    index,
    directory,
    state,
    step: info?.step ?? null,
    bestLoss: info?.bestLoss ?? null,
    ...(damage !== undefined && { damage }),
    ...configurationOf(cfg, path),
    info,
    report,
    run: isJsonObject(run) ? run : undefined,
  };
}

/** The text of cfg.mjs. */
export function readConfigurationText(directory: string): string {
  const path = join(directory, CONFIGURATION);
  const text = readText(path);
  if (text === undefined) throw new UserError(`${path}: is not there, or a link to what is not there`);
  return text;
}

/** The whole log; of one that is being written, the lines that are whole. */
export function readTrialLog(directory: string): Info[] {
  const path = join(directory, LOG);
  const text = readText(path) ?? '';
  return parseLog(text.slice(0, text.lastIndexOf('\n') + 1), path);
}

function newestInfo(path: string): Info | undefined {
  return withFile(path, (file, size) => {
    for (const length of tailLengths(size, path)) {
      const line = lastLineOf(readPiece(file, length, size - length), length === size);
      if (line !== undefined) return parseInfo(line, `${path}: its last line`);
    }
    return undefined;
  });
}

function newestReport(directory: string): Json | undefined {
  const newest = numbersIn(namesIn(directory), REPORT).at(-1);
  return newest === undefined ? undefined : readJson(join(directory, reportName(newest)));
}

/** From the text of cfg.mjs; where somebody has made a program of it, as the newest checkpoint has it. */
function configurationOf(text: string, path: string): Pick<StoredTrial, 'pars' | 'seed' | 'unreadable'> {
  try {
    return parseConfiguration(text, path);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return trainedConfiguration(dirname(path)) ?? { pars: undefined, seed: undefined, unreadable: error.message };
  }
}

/** What the newest checkpoint was trained with. */
function trainedConfiguration(directory: string): StoredConfiguration | undefined {
  try {
    const newest = numbersIn(namesIn(directory), CHECKPOINT).at(-1);
    if (newest === undefined) return undefined;
    const path = join(directory, checkpointName(newest));
    const trained = parseLiteral(readMetadata(path)?.pars ?? '', path);
    const { pars, seed } = Object(trained);
    checkContents(path, pars, seed);
    return { pars, seed };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return undefined;
  }
}

function readMetadata(path: string): Record<string, string> | undefined {
  return withFile(path, (file) => {
    const end = headerEnd(readPiece(file, 8, 0), path);
    return decodeMetadata(readPiece(file, end, 0), path);
  });
}

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch (error) {
    throw diskError(directory, 'read', error);
  }
}

const decoder = new TextDecoder();

function readText(path: string): string | undefined {
  const bytes = readBytes(path);
  return bytes && decoder.decode(bytes);
}

function read<T>(path: string, parse: (text: string | undefined, path: string) => T): T {
  return parse(readText(path), path);
}

/** @throws UserError when training had got somewhere, and is lost */
function checkProgress(directory: string): void {
  const lost = lostProgress(namesIn(directory));
  if (lost !== undefined) throw new UserError(`${directory}: ${lost}`);
}

function readJson(path: string): Json | undefined {
  const text = readText(path);
  return text === undefined ? undefined : parseJson(text, path);
}

/** Undefined if there is no such file. */
function withFile<T>(path: string, use: (file: number, size: number) => T): T | undefined {
  let file: number | undefined;
  try {
    file = openSync(path, READ);
    const status = fstatSync(file);
    // Of any size: only a part of it is read.
    checkIsFile(path, status, Number.POSITIVE_INFINITY);
    return use(file, status.size);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw diskError(path, 'read', error);
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

function readPiece(file: number, length: number, position: number): Uint8Array {
  const bytes = new Uint8Array(length);
  return bytes.subarray(0, readSync(file, bytes, 0, length, position));
}
