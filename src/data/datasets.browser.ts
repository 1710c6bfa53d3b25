// The known data sets, from files that were given to the page: nothing is downloaded.

import { UserError } from '../errors.ts';
import { openFiles } from '../files/open.browser.ts';
import { readIdx } from './idx.ts';
import { type Chorales, type Jsb, jsbFile, jsbOf } from './jsb.ts';
import { type Digits, digitsOf, type Mnist, type MnistFile, mnistOf, testFiles, trainFiles } from './mnist.ts';

export type { Chorales, Digits, Jsb, Mnist };

const FOLDER = 'data';

/** The names of the files that can be given. */
export const datasetFiles: readonly string[] = [...trainFiles, ...testFiles, jsbFile];

/**
 * Keeps a file of a known data set, plain or `.gz`, for its loader.
 *
 * @throws UserError when it is of none, cannot be unpacked or cannot be kept
 */
export async function storeDatasetFile(name: string, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
  const plain = name.replace(/\.gz$/, '');
  if (!datasetFiles.includes(plain)) {
    throw new UserError(`storeDatasetFile: no such file is known, got ${name}; known are ${datasetFiles.join(', ')}`);
  }
  const unpacked = name === plain ? bytes : await gunzip(name, bytes);
  await (await openFiles()).write(`${FOLDER}/${plain}`, [unpacked]);
}

/** The names of the files that were given. */
export async function storedDatasetFiles(): Promise<string[]> {
  return (await openFiles()).list(FOLDER);
}

/** What a folder is called says nothing here. */
export async function loadMnist(_options?: { readonly directory?: string | undefined }): Promise<Mnist> {
  const test = await readDigits(testFiles);
  const hasAll = (await storedDatasetFiles()).includes(trainFiles[0]);
  return mnistOf(hasAll ? await readDigits(trainFiles) : undefined, test);
}

export async function loadJsb(_options?: { readonly directory?: string | undefined }): Promise<Jsb> {
  return stored('loadJsb', jsbFile, jsbOf);
}

async function readDigits(files: readonly [MnistFile, MnistFile]): Promise<Digits> {
  const read = (file: MnistFile) => stored('loadMnist', file, readIdx);
  const [images, labels] = await Promise.all([read(files[0]), read(files[1])]);
  return digitsOf(files, images, labels);
}

async function stored<T>(loader: string, file: string, parse: (bytes: Uint8Array) => T): Promise<T> {
  const bytes = await (await openFiles()).read(`${FOLDER}/${file}`);
  if (!bytes) throw new UserError(`${loader}: ${file} was not given yet; drop it (or ${file}.gz) onto the page`);
  try {
    return parse(bytes);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new UserError(`${loader}: ${file} cannot be read (${reason}); drop another one`, 2, { cause });
  }
}

async function gunzip(name: string, bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  try {
    const unpacked = new Response(bytes).body?.pipeThrough(new DecompressionStream('gzip'));
    return new Uint8Array(await new Response(unpacked).arrayBuffer());
  } catch (cause) {
    throw new UserError(`storeDatasetFile: ${name} cannot be unpacked; download it again`, 2, { cause });
  }
}
