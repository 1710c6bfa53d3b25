// The MNIST digits: read from a folder or from the user's cache, where they are downloaded to when they are absent.

import { createHash, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { UserError } from '../errors.ts';
import { readIdx } from './idx.ts';
import { rowsWhere, split } from './split.ts';
import { rowCount, rowSize, type Tensor, tensor } from './tensor.ts';

/** Images[n, 784], rows of 28 × 28 grey values from 0 to 255, and labels[n], digits from 0 to 9. */
export type Digits = [images: Tensor<Uint8Array>, labels: Tensor<Uint8Array>];

export interface Mnist {
  readonly train: Digits;
  readonly val: Digits;
  readonly test: Digits;
}

/** Called with a line about what is going on; a line that is not `over` will be replaced by the next one. */
export type Progress = (line: string, over: boolean) => void;

/** Where the files can be downloaded, and how to know them. */
export interface MnistSource {
  /** Addresses that end with `/`, tried in turn. */
  readonly mirrors: readonly string[];
  /** Size and SHA-256 of each file compressed with gzip, as it is downloaded. */
  readonly files: Readonly<Record<MnistFile, { readonly bytes: number; readonly sha256: string }>>;
  /** How long a mirror may be silent; 30 by default. */
  readonly timeoutSeconds?: number;
}

export interface MnistOptions {
  /** The folder of the files, or one that holds it as `mnist`; by default ALCHEMIE_DATA, else the user's cache. */
  readonly directory?: string | undefined;
  /** Prints on stderr by default. */
  readonly onProgress?: Progress;
  readonly source?: MnistSource;
}

export type MnistFile = (typeof trainFiles)[number] | (typeof testFiles)[number];

const trainFiles = ['train-images-idx3-ubyte', 'train-labels-idx1-ubyte'] as const;
const testFiles = ['t10k-images-idx3-ubyte', 't10k-labels-idx1-ubyte'] as const;
// In the order of downloading: the test files come last, so that a download that was cut off after some files does not
// leave what looks like a folder of test files only.
const allFiles = [...trainFiles, ...testFiles] as const;

export const mnistSource: MnistSource = {
  mirrors: ['https://ossci-datasets.s3.amazonaws.com/mnist/', 'https://storage.googleapis.com/cvdf-datasets/mnist/'],
  files: {
    'train-images-idx3-ubyte': {
      bytes: 9_912_422,
      sha256: '440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609',
    },
    'train-labels-idx1-ubyte': {
      bytes: 28_881,
      sha256: '3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c',
    },
    't10k-images-idx3-ubyte': {
      bytes: 1_648_877,
      sha256: '8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6',
    },
    't10k-labels-idx1-ubyte': {
      bytes: 4_542,
      sha256: 'f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6',
    },
  },
};

/**
 * The MNIST digits from their four IDX files, plain or `.gz`: 50,000 of the 60,000 training images to train and 10,000 to
 * validate, and the 10,000 test images. A folder of the test files alone is split 8,000 / 1,000 / 1,000.
 *
 * The files are looked for in `directory`, else in the folder ALCHEMIE_DATA, else in the user's cache; only the cache is
 * filled by a download.
 *
 * @throws UserError when a named folder lacks the files, when a file is damaged, or when the download fails
 */
export async function loadMnist(options: MnistOptions = {}): Promise<Mnist> {
  const { onProgress = printProgress(process.stderr), source = mnistSource } = options;
  const named = options.directory ?? (process.env.ALCHEMIE_DATA || undefined);
  const folder = named === undefined ? await cached(source, onProgress) : given(resolve(named));
  const testDigits = await readDigits(folder, testFiles);
  const testRows = rowCount(testDigits[1]);
  if (pathOf(folder, trainFiles[0]) === undefined) {
    // Dealt out row by row: the second half of these images was written by other people than the first.
    const train = rowsWhere(testDigits, (row) => row % 10 < 8);
    const val = rowsWhere(testDigits, (row) => row % 10 === 8);
    const test = rowsWhere(testDigits, (row) => row % 10 === 9);
    const shown = [train, val, test].map(([, labels]) => thousands(rowCount(labels))).join(' / ');
    onProgress(`MNIST: only the ${thousands(testRows)} test images are in ${folder}: split ${shown}`, true);
    return { train, val, test };
  }
  const digits = await readDigits(folder, trainFiles);
  const sixth = Math.floor(rowCount(digits[1]) / 6);
  const [train, val] = split(digits, [rowCount(digits[1]) - sixth, sixth]);
  return { train, val, test: testDigits };
}

/** Where `directory` holds MNIST files: itself, or its folder `mnist`. */
export function mnistFolder(directory: string): string | undefined {
  return [directory, join(directory, 'mnist')].find((folder) => missing(folder).length < allFiles.length);
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

/** Where this user's copies of MNIST are kept. */
export function mnistCache(): string {
  const { XDG_CACHE_HOME = '', LOCALAPPDATA } = process.env;
  const home = homedir();
  const usual =
    process.platform === 'win32'
      ? (LOCALAPPDATA ?? join(home, 'AppData', 'Local'))
      : process.platform === 'darwin'
        ? join(home, 'Library', 'Caches')
        : join(home, '.cache');
  return join(isAbsolute(XDG_CACHE_HOME) ? XDG_CACHE_HOME : usual, 'alchemie', 'mnist');
}

function pathOf(folder: string, file: MnistFile): string | undefined {
  return [join(folder, file), join(folder, `${file}.gz`)].find((path) => existsSync(path));
}

function missing(folder: string): MnistFile[] {
  return allFiles.filter((file) => pathOf(folder, file) === undefined);
}

/** Whether files may be missing: the training files may, but only both. */
function enough(absent: readonly MnistFile[]): boolean {
  return absent.length === 0 || (absent.length === 2 && trainFiles.every((file) => absent.includes(file)));
}

function given(directory: string): string {
  const folder = mnistFolder(directory) ?? directory;
  const absent = missing(folder);
  if (enough(absent)) return folder;
  const files = absent.length === allFiles.length ? 'the MNIST files' : 'all of the MNIST files';
  throw new UserError(
    `loadMnist: ${folder} does not hold ${files}; put ${list(absent)} (or .gz) there, or name no folder to have them downloaded`,
  );
}

async function cached(source: MnistSource, onProgress: Progress): Promise<string> {
  const folder = mnistCache();
  const absent = missing(folder);
  if (enough(absent)) return folder;
  for (const file of absent) await store(join(folder, `${file}.gz`), await download(file, folder, source, onProgress));
  return folder;
}

async function download(
  file: MnistFile,
  folder: string,
  source: MnistSource,
  onProgress: Progress,
): Promise<Uint8Array> {
  const name = `${file}.gz`;
  const { bytes, sha256 } = source.files[file];
  const failures: string[] = [];
  for (const mirror of source.mirrors) {
    const { host } = new URL(mirror);
    try {
      const whole = await fetchBytes(mirror + name, bytes, source.timeoutSeconds ?? 30, (received) =>
        onProgress(`MNIST: downloading ${name} from ${host}, ${megabytes(received)} of ${megabytes(bytes)} MB`, false),
      );
      const sum = createHash('sha256').update(whole).digest('hex');
      if (sum !== sha256) throw new Error(`the file's SHA-256 is ${sum} where ${sha256} was expected`);
      onProgress(`MNIST: downloaded ${name}, ${megabytes(bytes)} MB, to ${folder}`, true);
      return whole;
    } catch (error) {
      failures.push(`${host}: ${reason(error)}`);
      onProgress(`MNIST: no ${name} from ${failures.at(-1)}`, true);
    }
  }
  const names = missing(folder).map((absent) => `${absent}.gz`);
  throw new UserError(
    `loadMnist: ${name} could not be downloaded (${failures.join('; ')}); ` +
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
async function store(path: string, bytes: Uint8Array): Promise<void> {
  const partial = `${path}.${randomUUID()}.partial`;
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(partial, bytes, { flush: true });
    await rename(partial, path);
  } catch (error) {
    await rm(partial, { force: true }).catch(() => {});
    throw new UserError(
      `loadMnist: ${path} cannot be written (${reason(error)}); name another folder with XDG_CACHE_HOME, ` +
        'or one that holds the files with ALCHEMIE_DATA',
      1,
    );
  }
}

async function readDigits(folder: string, [imageFile, labelFile]: readonly [MnistFile, MnistFile]): Promise<Digits> {
  const [images, labels] = await Promise.all([readFileOf(folder, imageFile), readFileOf(folder, labelFile)]);
  const [rows, height, width] = images.shape;
  if (rows === undefined || images.shape.length !== 3 || height !== 28 || width !== 28) {
    throw new UserError(
      `loadMnist: ${imageFile} must hold images of shape [n, 28, 28], got [${images.shape.join(', ')}]`,
    );
  }
  if (labels.shape.length !== 1 || rowCount(labels) !== rows) {
    throw new UserError(
      `loadMnist: ${labelFile} must hold a label for each of ${rows} images, got shape [${labels.shape.join(', ')}]`,
    );
  }
  const wrong = labels.data.find((label) => label > 9);
  if (wrong !== undefined) throw new UserError(`loadMnist: ${labelFile} must hold digits from 0 to 9, got ${wrong}`);
  return [tensor(images.data, [rows, rowSize(images)]), labels];
}

async function readFileOf(folder: string, file: MnistFile): Promise<Tensor<Uint8Array>> {
  const path = pathOf(folder, file) ?? join(folder, file);
  try {
    const bytes = await readFile(path);
    // No file of MNIST holds more than 50 MB.
    return readIdx(path.endsWith('.gz') ? await promisify(gunzip)(bytes, { maxOutputLength: 1 << 28 }) : bytes);
  } catch (error) {
    throw new UserError(`loadMnist: ${path} cannot be read (${reason(error)}); replace or delete it`);
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

function thousands(count: number): string {
  return count.toLocaleString('en-US');
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}
