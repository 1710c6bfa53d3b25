// Data sets that consist of a few files: looked for in a folder that is named, else in the user's cache, into which they
// are downloaded when they are absent.

import { createHash, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { settle, show } from '../catalogue.ts';
import { UserError } from '../errors.ts';

export interface Dataset<File extends string> {
  /** As people call it. */
  readonly title: string;
  /** Its folder in caches and in folders of several data sets. */
  readonly folder: string;
  /** The function that loads it, named in errors. */
  readonly loader: string;
  /** In the order in which they are downloaded. */
  readonly files: readonly File[];
  /** What the names of the files end with where they are downloaded: `.gz`, or nothing. */
  readonly suffix: '' | '.gz';
  /** Files that may be absent, but only all together. */
  readonly dispensable: readonly File[];
  /** Where to download from, unless the options say otherwise. */
  readonly source: Source<File>;
}

/** Where the files can be downloaded, and how to know them. */
export interface Source<File extends string> {
  /** Addresses that end with `/`, tried in turn. */
  readonly mirrors: readonly string[];
  /** Size and SHA-256 of each file as it is downloaded, with its suffix. */
  readonly files: Readonly<Record<File, { readonly bytes: number; readonly sha256: string }>>;
  /** How long a mirror may be silent; 30 by default. */
  readonly timeoutSeconds?: number;
}

/** Called with a line about what is going on; a line that is not `over` will be replaced by the next one. */
export type Progress = (line: string, over: boolean) => void;

export interface DatasetOptions<File extends string> {
  /** The folder of the files, or one that holds it by its name; by default ALCHEMIE_DATA, else the user's cache. */
  readonly directory?: string | undefined;
  /** Prints on stderr by default. */
  readonly onProgress?: Progress;
  readonly source?: Source<File>;
}

/** No file of the known data sets holds more than 50 MB. */
const MOST_BYTES = 2 ** 28;

/** @throws UserError on what are no options */
export function settleDataset<File extends string>({ loader }: Dataset<File>, options: DatasetOptions<File>) {
  const defaults = { directory: undefined, onProgress: printProgress(process.stderr), source: undefined };
  const settled = settle(loader, options, defaults, [], (message) => new UserError(message));
  const { directory } = settled;
  if (directory !== undefined && typeof directory !== 'string') {
    throw new UserError(`${loader}: directory must be the path of a folder, got ${show(directory)}`);
  }
  return settled;
}

/**
 * The folder that holds the files of a data set, plain or `.gz`. Only the user's cache is filled by a download.
 *
 * @throws UserError when a named folder lacks files, or when the download fails
 */
export async function findDataset<File extends string>(
  dataset: Dataset<File>,
  { directory, onProgress, source = dataset.source }: ReturnType<typeof settleDataset<File>>,
): Promise<string> {
  const named = directory ?? (process.env.ALCHEMIE_DATA || undefined);
  return named === undefined ? cached(dataset, source, onProgress) : given(dataset, resolve(named));
}

/** Where `directory` holds files of a data set: itself, or its folder of the data set's name. */
export function datasetFolder<File extends string>(dataset: Dataset<File>, directory: string): string | undefined {
  return [directory, join(directory, dataset.folder)].find(
    (folder) => missing(dataset, folder).length < dataset.files.length,
  );
}

/** Where this user's copy of a data set is kept. */
export function datasetCache({ folder }: { readonly folder: string }): string {
  const { XDG_CACHE_HOME = '', LOCALAPPDATA } = process.env;
  const home = homedir();
  const usual =
    process.platform === 'win32'
      ? (LOCALAPPDATA ?? join(home, 'AppData', 'Local'))
      : process.platform === 'darwin'
        ? join(home, 'Library', 'Caches')
        : join(home, '.cache');
  return join(isAbsolute(XDG_CACHE_HOME) ? XDG_CACHE_HOME : usual, 'alchemie', folder);
}

/** Where a file lies in a folder, plain or compressed, if it does. */
export function filePath(folder: string, file: string): string | undefined {
  return [join(folder, file), join(folder, `${file}.gz`)].find((path) => existsSync(path));
}

/**
 * What `parse` makes of a file, which is unpacked where needed.
 *
 * @throws UserError naming the file when it cannot be read, unpacked or parsed
 */
export async function readDatasetFile<T>(
  { loader }: { readonly loader: string },
  folder: string,
  file: string,
  parse: (bytes: Uint8Array) => T,
): Promise<T> {
  const path = filePath(folder, file) ?? join(folder, file);
  try {
    const bytes = await readFile(path);
    return parse(path.endsWith('.gz') ? await promisify(gunzip)(bytes, { maxOutputLength: MOST_BYTES }) : bytes);
  } catch (error) {
    throw new UserError(`${loader}: ${path} cannot be read (${reason(error)}); replace or delete it`);
  }
}

/** Writes progress as text: one line that changes on a terminal, a line every ten seconds elsewhere. */
export function printProgress(stream: { isTTY?: boolean | undefined; write(text: string): unknown }): Progress {
  const intervalMilliseconds = stream.isTTY ? 100 : 10_000;
  let printedAt = Number.NEGATIVE_INFINITY;
  let width = 0;
  return (line, over) => {
    const now = performance.now();
    if (!over && now - printedAt < intervalMilliseconds) return;
    printedAt = now;
    stream.write(stream.isTTY ? `\r${line.padEnd(width)}${over ? '\n' : ''}` : `${line}\n`);
    width = over ? 0 : line.length;
  };
}

function missing<File extends string>({ files }: Dataset<File>, folder: string): File[] {
  return files.filter((file) => filePath(folder, file) === undefined);
}

function isEnough<File extends string>({ dispensable }: Dataset<File>, absent: readonly File[]): boolean {
  return (
    absent.length === 0 || (absent.length === dispensable.length && absent.every((file) => dispensable.includes(file)))
  );
}

function given<File extends string>(dataset: Dataset<File>, directory: string): string {
  const folder = datasetFolder(dataset, directory) ?? directory;
  const absent = missing(dataset, folder);
  if (isEnough(dataset, absent)) return folder;
  const { files, loader, title } = dataset;
  const what = absent.length === files.length ? `the ${title} files` : `all of the ${title} files`;
  throw new UserError(
    `${loader}: ${folder} does not hold ${what}; put ${list(absent)} (or .gz) there, or name no folder to have them downloaded`,
  );
}

async function cached<File extends string>(
  dataset: Dataset<File>,
  source: Source<File>,
  onProgress: Progress,
): Promise<string> {
  const folder = datasetCache(dataset);
  const absent = missing(dataset, folder);
  if (isEnough(dataset, absent)) return folder;
  for (const file of absent) {
    const bytes = await download(dataset, file, folder, source, onProgress);
    await store(dataset, join(folder, file + dataset.suffix), bytes);
  }
  return folder;
}

async function download<File extends string>(
  dataset: Dataset<File>,
  file: File,
  folder: string,
  source: Source<File>,
  onProgress: Progress,
): Promise<Uint8Array> {
  const { loader, suffix, title } = dataset;
  const name = file + suffix;
  const { bytes, sha256 } = source.files[file];
  const failures: string[] = [];
  for (const mirror of source.mirrors) {
    const { host } = new URL(mirror);
    try {
      const whole = await fetchBytes(mirror + name, bytes, source.timeoutSeconds ?? 30, (received) =>
        onProgress(
          `${title}: downloading ${name} from ${host}, ${megabytes(received)} of ${megabytes(bytes)} MB`,
          false,
        ),
      );
      const sum = createHash('sha256').update(whole).digest('hex');
      if (sum !== sha256) throw new Error(`the file's SHA-256 is ${sum} where ${sha256} was expected`);
      onProgress(`${title}: downloaded ${name}, ${megabytes(bytes)} MB, to ${folder}`, true);
      return whole;
    } catch (error) {
      failures.push(`${host}: ${reason(error)}`);
      onProgress(`${title}: no ${name} from ${failures.at(-1)}`, true);
    }
  }
  const names = missing(dataset, folder).map((absent) => absent + suffix);
  throw new UserError(
    `${loader}: ${name} could not be downloaded (${failures.join('; ')}); ` +
      `put ${list(names)} into ${folder}, or name their folder with ALCHEMIE_DATA`,
    1,
  );
}

async function fetchBytes(
  url: string,
  size: number,
  timeoutSeconds: number,
  onReceived: (bytes: number) => void,
): Promise<Uint8Array> {
  const abort = new AbortController();
  const silence = setTimeout(
    () => abort.abort(new Error(`silent for ${timeoutSeconds} seconds`)),
    timeoutSeconds * 1000,
  );
  try {
    const response = await fetch(url, { signal: abort.signal });
    if (!response.ok || response.body === null) throw new Error(`HTTP status ${response.status}`);
    const body: AsyncIterable<Uint8Array> = response.body;
    const whole = new Uint8Array(size);
    let received = 0;
    for await (const chunk of body) {
      silence.refresh();
      if (received + chunk.length > size) throw new Error(`more than the expected ${size} bytes came`);
      whole.set(chunk, received);
      received += chunk.length;
      onReceived(received);
    }
    if (received < size) throw new Error(`only ${received} of ${size} bytes came`);
    return whole;
  } finally {
    clearTimeout(silence);
    abort.abort();
  }
}

/** Writes a file so that it is there wholly or not at all. */
async function store({ loader }: { readonly loader: string }, path: string, bytes: Uint8Array): Promise<void> {
  const partial = `${path}.${randomUUID()}.partial`;
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(partial, bytes, { flush: true });
    await rename(partial, path);
  } catch (error) {
    await rm(partial, { force: true }).catch(() => {});
    throw new UserError(
      `${loader}: ${path} cannot be written (${reason(error)}); name another folder with XDG_CACHE_HOME, ` +
        'or one that holds the files with ALCHEMIE_DATA',
      1,
    );
  }
}

/** What went wrong, for people: `fetch` hides it in `cause`, and that of several addresses has no message. */
function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.cause instanceof Error) return reason(error.cause);
  if (error instanceof AggregateError && error.message === '') return reason(error.errors[0]);
  return error.message;
}

function list(files: readonly string[]): string {
  return files.length < 2 ? files.join() : `${files.slice(0, -1).join(', ')} and ${files.at(-1)}`;
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}
