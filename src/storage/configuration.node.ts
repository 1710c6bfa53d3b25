// Configurations on disk: <location>/<index>/cfg.mjs, an executable module of a comment, `pars` and `seed`.

import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { access, opendir } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { UserError } from '../errors.ts';
import { differences, isPlainObject, toLiteral } from '../literal.ts';
import { uniform } from '../machine/scalar.ts';
import { codeOf } from './disk.node.ts';

const FILE = 'cfg.mjs';

/** Distinguishes this process from all others on all machines that share the disk. */
const PROCESS = randomBytes(6).toString('hex');

let writes = 0;
let loads = 0;

/** What a cfg.mjs says. */
export interface StoredConfiguration {
  readonly pars: Readonly<Record<string, unknown>>;
  /** A non-negative safe integer. */
  readonly seed: number;
}

/** The seed of configuration `index` of an experiment: a random number below 2³². */
export function configurationSeed(experimentSeed: number, index: number): number {
  return Math.floor(uniform(experimentSeed, index, 'seed') * 0x1_0000_0000);
}

// Comments

const SPACE = /\s*/y;
const LINE_COMMENT = /\/\/.*/y; // the dot stops at every character that ends a line in JavaScript
const BLOCK_COMMENT = /\/\*[\s\S]*?\*\//y;

/** Where in a text something is that is neither a comment nor white space, or -1. */
function outsideComments(text: string): number {
  for (let at = 0; ; ) {
    SPACE.lastIndex = at;
    SPACE.exec(text);
    at = SPACE.lastIndex;
    if (at === text.length) return -1;
    const comment = [LINE_COMMENT, BLOCK_COMMENT].find((pattern) => {
      pattern.lastIndex = at;
      return pattern.test(text);
    });
    if (!comment) return at;
    at = comment.lastIndex;
  }
}

/** @throws when it is no JavaScript comment */
function checkPreamble(preamble: unknown): asserts preamble is string {
  if (typeof preamble !== 'string') {
    throw new UserError(`preamble: must give a string, got ${typeof preamble}; give '' for none`);
  }
  const at = outsideComments(preamble);
  if (at < 0) return;
  const line = preamble.slice(0, at).split(/\r\n|[\n\r\u2028\u2029]/).length;
  const found = JSON.stringify(preamble.slice(at).match(/^.{1,40}/)?.[0] ?? '');
  const remedy = preamble.startsWith('/*', at) ? 'end it with */' : 'put it between /* and */, or // before it';
  throw new UserError(`preamble: must be a JavaScript comment, got ${found} in line ${line}; ${remedy}`);
}

/**
 * The text of a cfg.mjs.
 *
 * @throws when the preamble is no comment, when pars are no object or cannot be written (see `toLiteral`), when the seed
 * is not a non-negative safe integer
 */
export function configurationSource(preamble: string, pars: object, seed: number): string {
  checkPreamble(preamble);
  checkContents('drawPars', pars, seed);
  const comment = preamble.trim() === '' ? '' : `${preamble.trimEnd()}\n\n`;
  const lead = 'export const pars = ';
  return `${comment}${lead}${toLiteral(pars, 'pars', lead.length)};\n\nexport const seed = ${seed};\n`;
}

function checkContents(where: string, pars: unknown, seed: unknown): asserts pars is Readonly<Record<string, unknown>> {
  if (!isPlainObject(pars)) {
    const got = Array.isArray(pars) ? 'a list' : pars === null ? 'null' : typeof pars;
    throw new UserError(`${where}: pars must be a plain object, got ${got}; write the parameters as { name: value }`);
  }
  if (!(typeof seed === 'number' && Number.isSafeInteger(seed) && seed >= 0)) {
    throw new UserError(`${where}: seed must be a whole number from 0 to 2^53 - 1, got ${String(seed)}`);
  }
}

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

/** So many configurations are executed at once: a module costs 0.1 ms however small it is. */
const GROUP = 64;

/** Beginnings of lines that export: those of the module itself, or lines of its comment, where nothing depends on them. */
const EXPORTS = /^export const (pars|seed) = /gm;

/** Executes the texts of several cfg.mjs, as one module. */
async function execute(texts: readonly string[]): Promise<{ pars: unknown; seed: unknown }[]> {
  const source = texts.map((text, i) => text.replace(EXPORTS, `export const $1${i} = `)).join('\n');
  const module = await import(`data:text/javascript,${encodeURIComponent(source)}`);
  return texts.map((_, i) => ({ pars: module[`pars${i}`], seed: module[`seed${i}`] }));
}

/**
 * Writes <location>/<index>/cfg.mjs of each and gives the directories. They are written elsewhere, read and executed
 * again, compared with what they were to be, and then renamed into place: whatever stands there is whole. What was read is
 * executed from memory, in groups, for importing each of the files would take 0.7 ms (Node 20, 2000 files one after the
 * other). They are not forced to the disk, which would take longer than all the rest: after a power failure a file may
 * be cut short or empty, and then, as the seed stands last, loading it fails.
 *
 * @throws when there is such a configuration already, when pars cannot be written, or a preamble is no comment; then none
 * of those after it is there
 */
export async function createConfigurations(
  location: string,
  configurations: readonly NewConfiguration[],
): Promise<string[]> {
  const directories: string[] = [];
  for (let start = 0; start < configurations.length; start += GROUP) {
    directories.push(...(await createGroup(location, configurations.slice(start, start + GROUP))));
  }
  return directories;
}

/** As `createConfigurations`, for one. */
export async function createConfiguration(
  location: string,
  index: number,
  configuration: Omit<NewConfiguration, 'index'>,
): Promise<string> {
  await createGroup(location, [{ ...configuration, index }]);
  return join(location, String(index));
}

async function createGroup(location: string, configurations: readonly NewConfiguration[]): Promise<string[]> {
  const parts = configurations.map(({ index, preamble = '', pars, seed }) => {
    if (!(Number.isSafeInteger(index) && index > 0)) {
      throw new UserError(`create: the index of a configuration must be a positive whole number, got ${index}`);
    }
    const source = configurationSource(preamble, pars, seed);
    const temporary = join(location, `.tmp-${index}-${PROCESS}-${++writes}`);
    return { contents: { pars, seed }, source, temporary, directory: join(location, String(index)) };
  });
  let current = location;
  try {
    const texts = parts.map(({ source, temporary, directory }) => {
      current = directory;
      mkdirSync(temporary, { recursive: true });
      writeFileSync(join(temporary, FILE), source);
      return readFileSync(join(temporary, FILE), 'utf8');
    });
    const found = await execute(texts);
    for (const [i, { contents, temporary, directory }] of parts.entries()) {
      current = directory;
      const [difference] = differences(contents, found[i]);
      if (difference !== undefined)
        throw new UserError(`${directory}: what was written reads differently, ${difference}`);
      renameSync(temporary, directory);
    }
  } catch (error) {
    for (const { temporary } of parts) if (existsSync(temporary)) rmSync(temporary, { recursive: true });
    throw explained(error, current);
  }
  return parts.map(({ directory }) => directory);
}

const EXPLANATIONS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EEXIST: 'exists already; nothing was overwritten',
  ENOENT: 'no such file or directory',
  ENOSPC: 'no space left on the device',
  EDQUOT: 'the disk quota is used up',
  ENOTDIR: 'a file stands where a directory is needed',
  ENOTEMPTY: 'exists already; nothing was overwritten',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
};

/** The error, or one sentence if it is one of the file system's. */
function explained(error: unknown, path: string): unknown {
  const explanation = EXPLANATIONS[String(codeOf(error))];
  return explanation === undefined ? error : new UserError(`${path}: ${explanation}`);
}

/**
 * Executes <directory>/cfg.mjs, as it is now.
 *
 * @throws when it is missing, has an error (with its line), or lacks pars or seed
 */
export async function loadConfiguration(directory: string): Promise<StoredConfiguration> {
  const file = join(directory, FILE);
  await access(file).catch((error) => {
    throw codeOf(error) === 'ENOENT'
      ? new UserError(`${file}: no such file; configurations are made by 'alc create'`)
      : explained(error, file);
  });
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
    if (/^[1-9]\d{0,14}$/.test(name)) yield Number(name);
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
      if (existsSync(join(location, String(index), FILE))) indices.push(index);
    }
  } catch (error) {
    throw explained(error, location);
  }
  return indices.sort((a, b) => a - b);
}

/** The highest number that an entry of a location has as its name, whether a configuration or not; 0 if there is none. */
export async function highestIndex(location: string): Promise<number> {
  let highest = 0;
  try {
    for await (const index of numbers(location)) highest = Math.max(highest, index);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw explained(error, location);
  }
  return highest;
}
