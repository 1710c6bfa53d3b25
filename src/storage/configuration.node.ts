// Configurations on disk: <location>/<index>/cfg.mjs.

import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, lstatSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { opendir, rm, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { UserError } from '../errors.ts';
import { differences } from '../literal.ts';
import { temporaryPrefix } from './commit.node.ts';
import { checkContents, configurationSource, evaluateSource, type StoredConfiguration } from './configuration.ts';
import { checkIsFile, codeOf, diskError, makeDirectory } from './disk.node.ts';
import { CONFIGURATION, RUN_RECORD } from './trialFiles.ts';

/** The name of a configuration's directory. */
const NUMBER = /^[1-9]\d{0,14}$/;

/** Distinguishes this process from all others on all machines that share the disk. */
const PROCESS = randomBytes(6).toString('hex');

let loads = 0;

/** A configuration that is to be written. */
export interface NewConfiguration {
  /** The name of its directory: a positive integer. */
  readonly index: number;
  /** A JavaScript comment; none by default. */
  readonly preamble?: string;
  readonly pars: object;
  /** A non-negative safe integer. */
  readonly seed: number;
}

/** There is a configuration, or something else, of that number already. */
export class TakenError extends UserError {
  override readonly name: string = 'TakenError';
}

/**
 * Writes <location>/<index>/cfg.mjs and gives the directory. It is written elsewhere, read and executed again, compared
 * with what it was to be, and then renamed into place: whatever stands there is whole. It is not forced to the disk, which
 * would take longer than all the rest: after a power failure the file may be cut short or empty, and then, as the seed
 * stands last, loading it fails.
 *
 * @throws TakenError when there is such a configuration already
 * @throws when pars cannot be written, or the preamble is no comment
 */
export function createConfiguration(location: string, configuration: NewConfiguration): string {
  const { index, preamble = '', pars, seed } = configuration;
  if (!(Number.isSafeInteger(index) && index > 0)) {
    throw new UserError(`create: the index of a configuration must be a positive whole number, got ${index}`);
  }
  const source = configurationSource(preamble, pars, seed);
  const directory = join(location, String(index));
  const temporary = join(location, `${temporaryPrefix}${index}-${PROCESS}`);
  try {
    makeDirectory(temporary);
    writeFileSync(join(temporary, CONFIGURATION), source);
    const found = evaluateSource(readFileSync(join(temporary, CONFIGURATION), 'utf8'));
    const [difference] = differences({ pars, seed }, found);
    if (difference !== undefined) {
      throw new UserError(`${directory}: what was written reads differently, ${difference}`);
    }
    renameSync(temporary, directory);
  } catch (error) {
    if (existsSync(temporary)) rmSync(temporary, { recursive: true });
    const code = codeOf(error);
    if (code === 'EEXIST' || code === 'ENOTEMPTY') {
      throw new TakenError(`${directory}: exists already; nothing was overwritten`);
    }
    throw diskError(directory, 'written', error);
  }
  return directory;
}

/**
 * Executes <directory>/cfg.mjs, as it is now.
 *
 * @throws when it is missing, has an error (with its line), or lacks pars or seed
 */
export async function loadConfiguration(directory: string): Promise<StoredConfiguration> {
  const file = join(directory, CONFIGURATION);
  const status = await stat(file).catch((error) => {
    throw codeOf(error) === 'ENOENT'
      ? new UserError(`${file}: is not there, or a link to what is not there; alc create makes configurations`)
      : diskError(file, 'read', error);
  });
  checkIsFile(file, status);
  const url = pathToFileURL(file);
  url.search = `load=${++loads}`; // a module of another name, as far as the module cache knows
  const module: Readonly<Record<string, unknown>> = await import(url.href).catch(async (error) => {
    throw await failure(file, url.href, error);
  });
  const { pars, seed } = module;
  for (const name of ['pars', 'seed']) {
    if (!Object.hasOwn(module, name)) {
      throw new UserError(`${file}: exports no ${name}; it must contain 'export const ${name} = …'`);
    }
  }
  checkContents(file, pars, seed);
  return { pars, seed: Number(seed) };
}

/** What went wrong when a file was executed, with the line if that can be found out. */
async function failure(file: string, url: string, error: unknown): Promise<UserError> {
  const { message, stack = '' } = error instanceof Error ? error : new Error(String(error));
  let line: string | undefined;
  if (error instanceof SyntaxError) {
    // Only Node itself is told the line of a syntax error.
    const check: { stderr?: string } = await promisify(execFile)(process.execPath, ['--check', file]).catch((e) => e);
    line = check.stderr?.match(/^[^\n]*:(\d+)$/m)?.[1];
  } else {
    const place = stack.indexOf(`${url}:`);
    if (place >= 0) line = stack.slice(place + url.length).match(/^:(\d+)/)?.[1];
  }
  return new UserError(`${file}${line === undefined ? '' : `:${line}`}: ${message}`);
}

/** Names of entries that are numbers from 1. */
async function* numbers(location: string): AsyncGenerator<number> {
  for await (const { name } of await opendir(location, { bufferSize: 1024 })) {
    if (NUMBER.test(name)) yield Number(name);
  }
}

/**
 * Whether there is a cfg.mjs, or something in its place, or under a number what a run has left, or nobody can say, as of a
 * directory that must not be read: then whoever reads it tells what is wrong.
 */
export function isConfiguration(directory: string): boolean {
  const isThere = (name: string): boolean => lstatSync(join(directory, name), { throwIfNoEntry: false }) !== undefined;
  try {
    return isThere(CONFIGURATION) || (NUMBER.test(basename(resolve(directory))) && isThere(RUN_RECORD));
  } catch (error) {
    return codeOf(error) !== 'ENOTDIR';
  }
}

/**
 * The indices of the configurations of a location, in ascending order.
 *
 * @throws when it is no directory
 */
export async function listConfigurations(location: string): Promise<number[]> {
  const indices: number[] = [];
  try {
    for await (const index of numbers(location)) {
      if (isConfiguration(join(location, String(index)))) indices.push(index);
    }
  } catch (error) {
    throw diskError(location, 'read', error);
  }
  return indices.sort((a, b) => a - b);
}

/** The highest number that an entry of a location has as its name, whether a configuration or not; 0 if there is none. */
export async function highestIndex(location: string): Promise<number> {
  let highest = 0;
  try {
    for await (const index of numbers(location)) highest = Math.max(highest, index);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw diskError(location, 'read', error);
  }
  return highest;
}

/** What is older was left by somebody who was killed: nothing takes a hundredth of that. */
const UNFINISHED_MILLISECONDS = 3_600_000;

/** Removes what a killed `createConfiguration`, or a killed commit, has left in a location. */
export async function sweepUnfinished(location: string): Promise<void> {
  try {
    for await (const { name } of await opendir(location, { bufferSize: 1024 })) {
      if (!name.startsWith(temporaryPrefix)) continue;
      const path = join(location, name);
      const { mtimeMs } = await stat(path);
      if (Date.now() - mtimeMs > UNFINISHED_MILLISECONDS) await rm(path, { recursive: true, force: true });
    }
  } catch (error) {
    // There is no such location yet; somebody else was faster; or nothing can be removed, which is no reason to stop.
    if (codeOf(error) === undefined) throw error;
  }
}
