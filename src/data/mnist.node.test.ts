import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { UserError } from '../errors.ts';
import { datasetDirectory, generatedMnist, idxBytes, writeGeneratedMnist } from '../testing/data.ts';
import { datasetCache, type Progress, printProgress, type Source } from './dataset.node.ts';
import { loadMnist, type MnistFile, mnist } from './mnist.node.ts';
import type { Tensor } from './tensor.ts';

const closings: (() => void | Promise<void>)[] = [];
let home = '';
let cache = '';
let lines: string[] = [];
const onProgress: Progress = (line, over) => {
  if (over) lines.push(line);
};

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'alchemie-mnist-'));
  closings.push(() => rm(home, { recursive: true, force: true }));
  vi.stubEnv('XDG_CACHE_HOME', home);
  vi.stubEnv('ALCHEMIE_DATA', '');
  cache = datasetCache(mnist);
  lines = [];
});

afterEach(async () => {
  for (const close of closings.splice(0).reverse()) await close();
  vi.unstubAllEnvs();
});

/** A mirror on this machine. */
async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  closings.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return `http://127.0.0.1:${address.port}/mnist/`;
}

/** A mirror that was just closed. */
async function closedPort(): Promise<string> {
  const address = await serve(() => {});
  await closings.pop()?.();
  return address;
}

const served = generatedMnist({ train: 60, test: 30 });

function fileOf(url: string | undefined): Uint8Array | undefined {
  return [...served].find(([file]) => url === `/mnist/${file}.gz`)?.[1];
}

const whole: RequestListener = ({ url }, response) => {
  const bytes = fileOf(url);
  response.writeHead(bytes ? 200 : 404).end(bytes);
};

function sourceOf(mirrors: readonly string[]): Source<MnistFile> {
  const known = (file: MnistFile) => {
    const bytes = served.get(file) ?? new Uint8Array(0);
    return { bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
  };
  return {
    mirrors,
    timeoutSeconds: 5,
    files: {
      'train-images-idx3-ubyte': known('train-images-idx3-ubyte'),
      'train-labels-idx1-ubyte': known('train-labels-idx1-ubyte'),
      't10k-images-idx3-ubyte': known('t10k-images-idx3-ubyte'),
      't10k-labels-idx1-ubyte': known('t10k-labels-idx1-ubyte'),
    },
  };
}

function shapes(splits: Readonly<Record<'train' | 'val' | 'test', readonly Tensor[]>>): unknown {
  return [splits.train, splits.val, splits.test].map((split) => split.map(({ shape }) => shape));
}

/** The error of a load that must fail as a user's error, in one line. */
async function failure(load: Promise<unknown>): Promise<UserError> {
  const error = await load.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!(error instanceof UserError)) throw new Error(`expected a UserError, got ${error}`);
  expect(error.message).toMatch(/^loadMnist: [^\n]*$/);
  return error;
}

const allNames = [...served.keys()].map((file) => `${file}.gz`);
const fullShapes = [
  [[50, 784], [50]],
  [[10, 784], [10]],
  [[30, 784], [30]],
];

test('the real files, or generated ones where there are none', async () => {
  vi.unstubAllEnvs();
  const real = datasetDirectory(mnist);
  if (real === undefined) await writeGeneratedMnist(home, { test: 10_000 });
  const { train, val, test } = await loadMnist({ directory: real ?? home, onProgress });
  expect(train[0].shape[1]).toBe(784);
  expect(new Set(train[1].data).size).toBe(10);
  if (lines.length) {
    expect(lines).toEqual([
      expect.stringMatching(/^MNIST: only the 10,000 test images are in .*: split 8,000 \/ 1,000 \/ 1,000$/),
    ]);
    expect(shapes({ train, val, test })).toEqual([
      [[8000, 784], [8000]],
      [[1000, 784], [1000]],
      [[1000, 784], [1000]],
    ]);
    // The first labels of the real test set, of which rows 8 and 9 of every ten go elsewhere.
    if (real) expect([...train[1].data.subarray(0, 10)]).toEqual([7, 2, 1, 0, 4, 1, 4, 9, 0, 6]);
  } else {
    expect(shapes({ train, val, test })).toEqual([
      [[50_000, 784], [50_000]],
      [[10_000, 784], [10_000]],
      [[10_000, 784], [10_000]],
    ]);
  }
});

test('the folder itself or its folder mnist, by option or environment, compressed or not', async () => {
  await writeGeneratedMnist(join(home, 'data', 'mnist'), { train: 60, test: 30 });
  await mkdir(join(home, 'plain'));
  for (const [file, bytes] of served) await writeFile(join(home, 'plain', file), gunzipSync(bytes));
  const options = { onProgress, source: sourceOf([]) };
  const first = await loadMnist({ ...options, directory: join(home, 'data') });
  expect(shapes(first)).toEqual(fullShapes);
  expect(await loadMnist({ ...options, directory: join(home, 'data', 'mnist') })).toEqual(first);
  vi.stubEnv('ALCHEMIE_DATA', join(home, 'plain'));
  expect(await loadMnist(options)).toEqual(first);
  vi.stubEnv('ALCHEMIE_DATA', join(home, 'data'));
  expect(await loadMnist(options)).toEqual(first);
  expect(lines).toEqual([]);
});

test('a named folder without files is an error that names the files and the folder', async () => {
  const directory = join(home, 'nowhere');
  const { message, exitCode } = await failure(loadMnist({ directory, onProgress }));
  for (const file of served.keys()) expect(message).toContain(file);
  expect(message).toContain(directory);
  expect(exitCode).toBe(2);
  vi.stubEnv('ALCHEMIE_DATA', directory);
  expect((await failure(loadMnist({ onProgress }))).message).toBe(message);
});

test('a named folder that lacks one file is an error that names it', async () => {
  await writeGeneratedMnist(home, { train: 6, test: 10 });
  await rm(join(home, 'train-labels-idx1-ubyte.gz'));
  const { message } = await failure(loadMnist({ directory: home, onProgress }));
  expect(message).toContain('put train-labels-idx1-ubyte (or .gz) there');
});

test('damaged and unfitting files are errors that name the file', async () => {
  await writeGeneratedMnist(home, { test: 10 });
  const load = () => failure(loadMnist({ directory: home, onProgress }));
  const labels = join(home, 't10k-labels-idx1-ubyte.gz');
  await writeFile(labels, served.get('t10k-labels-idx1-ubyte')?.subarray(0, 20) ?? '');
  expect((await load()).message).toMatch(`${labels} cannot be read (unexpected end of file)`);
  await rm(labels);
  const plain = join(home, 't10k-labels-idx1-ubyte');
  await writeFile(plain, idxBytes(new Uint8Array(10), [10]).subarray(0, 12));
  expect((await load()).message).toMatch(`${plain} cannot be read (readIdx: shape [10] takes 10 bytes`);
  await writeFile(plain, idxBytes(new Uint8Array(9), [9]));
  expect((await load()).message).toContain('a label for each of 10 images, got shape [9]');
  await writeFile(plain, idxBytes(new Uint8Array(10).fill(10), [10]));
  expect((await load()).message).toContain('digits from 0 to 9, got 10');
  await writeFile(join(home, 't10k-images-idx3-ubyte'), idxBytes(new Uint8Array(10), [10]));
  expect((await load()).message).toContain('shape [n, 28, 28], got [10]');
});

test('downloads into the cache once, test files last', async () => {
  const asked: (string | undefined)[] = [];
  const mirror = await serve((request, response) => {
    asked.push(request.url);
    whole(request, response);
  });
  const digits = await loadMnist({ onProgress, source: sourceOf([mirror]) });
  expect(shapes(digits)).toEqual(fullShapes);
  expect(asked).toEqual(allNames.map((name) => `/mnist/${name}`));
  expect(lines).toEqual(allNames.map((name) => expect.stringContaining(`downloaded ${name}`)));
  expect((await readdir(cache)).sort()).toEqual([...allNames].sort());
  expect(await loadMnist({ onProgress, source: sourceOf([mirror]) })).toEqual(digits);
  expect(asked).toHaveLength(4);
});

test('four at once download without harm', async () => {
  const source = sourceOf([await serve(whole)]);
  const loaded = await Promise.all([1, 2, 3, 4].map(() => loadMnist({ onProgress, source })));
  for (const digits of loaded) expect(shapes(digits)).toEqual(fullShapes);
  expect((await readdir(cache)).sort()).toEqual([...allNames].sort());
});

test.each<[string, RequestListener, RegExp]>([
  [
    'a wrong checksum',
    ({ url }, response) => response.end(fileOf(url)?.map((byte) => byte ^ 1)),
    /SHA-256 is [0-9a-f]+/,
  ],
  [
    'too many bytes',
    ({ url }, response) =>
      response.end(Buffer.concat([fileOf(url) ?? '', fileOf(url) ?? ''].map((part) => Buffer.from(part)))),
    /more than the expected \d+ bytes came/,
  ],
  ['too few bytes', ({ url }, response) => response.end(fileOf(url)?.subarray(0, 20)), /only 20 of \d+ bytes came/],
  [
    'a connection that breaks',
    ({ url }, response) => {
      const bytes = fileOf(url) ?? new Uint8Array(0);
      response.writeHead(200, { 'content-length': bytes.length });
      response.write(bytes.subarray(0, 20), () => response.destroy());
    },
    /other side closed|terminated|ECONNRESET/,
  ],
  ['no such file', (_, response) => response.writeHead(404).end('<html>'), /HTTP status 404/],
])('%s: the next mirror is asked; without one nothing is left behind', async (_, listener, message) => {
  const bad = await serve(listener);
  const digits = await loadMnist({ onProgress, source: sourceOf([bad, await serve(whole)]) });
  expect(shapes(digits)).toEqual(fullShapes);
  expect(lines.filter((line) => message.test(line))).toHaveLength(4);
  await rm(cache, { recursive: true });
  const error = await failure(loadMnist({ onProgress, source: sourceOf([bad]) }));
  expect(error.message).toMatch(message);
  expect(await readdir(cache).catch(() => [])).toEqual([]);
});

test('a silent mirror is given up', async () => {
  const source = { ...sourceOf([await serve(() => {})]), timeoutSeconds: 0.05 };
  expect((await failure(loadMnist({ onProgress, source }))).message).toContain('silent for 0.05 seconds');
});

test('a download that stopped after two files goes on with the others', async () => {
  const half = await serve((request, response) =>
    request.url?.includes('t10k') ? response.destroy() : whole(request, response),
  );
  const { message } = await failure(loadMnist({ onProgress, source: sourceOf([half]) }));
  expect(message).toContain('put t10k-images-idx3-ubyte.gz and t10k-labels-idx1-ubyte.gz into');
  const asked: (string | undefined)[] = [];
  const mirror = await serve((request, response) => {
    asked.push(request.url);
    whole(request, response);
  });
  expect(shapes(await loadMnist({ onProgress, source: sourceOf([mirror]) }))).toEqual(fullShapes);
  expect(asked).toEqual(['/mnist/t10k-images-idx3-ubyte.gz', '/mnist/t10k-labels-idx1-ubyte.gz']);
});

test('offline, one sentence names the files and the folder where to put them', async () => {
  const mirrors = [await closedPort(), await closedPort()];
  const { message, exitCode } = await failure(loadMnist({ onProgress, source: sourceOf(mirrors) }));
  for (const name of allNames) expect(message).toContain(name);
  expect(message).toContain(`into ${cache}, or name their folder with ALCHEMIE_DATA`);
  for (const mirror of mirrors) expect(message).toContain(`${new URL(mirror).host}: connect ECONNREFUSED`);
  expect(exitCode).toBe(1);
  // As told: files put there are found.
  await writeGeneratedMnist(cache, { train: 60, test: 30 });
  expect(shapes(await loadMnist({ onProgress, source: sourceOf(mirrors) }))).toEqual(fullShapes);
});

test('a cache that is a file is named', async () => {
  await writeFile(join(home, 'alchemie'), '');
  const { message } = await failure(loadMnist({ onProgress, source: sourceOf([await serve(whole)]) }));
  expect(message).toMatch(/train-images-idx3-ubyte.gz cannot be written \(ENOTDIR/);
});

test('the checksums are those of the real files', async () => {
  const real = datasetDirectory(mnist);
  if (real === undefined) return;
  for (const [file, { bytes, sha256 }] of Object.entries(mnist.source.files)) {
    const whole = await readFile(join(real, `${file}.gz`)).catch(() => undefined);
    if (whole === undefined) continue;
    expect([whole.length, createHash('sha256').update(whole).digest('hex')]).toEqual([bytes, sha256]);
  }
});

test('progress is one changing line on a terminal, and whole lines now and then elsewhere', () => {
  vi.useFakeTimers();
  closings.push(() => {
    vi.useRealTimers();
  });
  const written = (isTTY: boolean): string => {
    let text = '';
    const print = printProgress({
      isTTY,
      write: (part: string) => {
        text += part;
      },
    });
    for (let second = 0; second < 21; second += 7) {
      print(`after ${second}`, false);
      print('at once', false);
      vi.advanceTimersByTime(7000);
    }
    print('done', true);
    print('next', true);
    return text;
  };
  expect(written(true)).toBe('\rafter 0\rafter 7\rafter 14\rdone    \n\rnext\n');
  expect(written(false)).toBe('after 0\nafter 14\ndone\nnext\n');
});

test.each<[unknown, string]>([
  ['./mnist', "loadMnist: expected an object with options, got './mnist'; known are directory, onProgress, source"],
  [{ dir: './mnist' }, "loadMnist: unknown option, got 'dir'; known are directory, onProgress, source"],
  [
    { directory: new URL('file:///mnist') },
    'loadMnist: directory must be the path of a folder, got an instance of URL',
  ],
])('is told what its options are, not %j', async (options, message) => {
  const loading: Promise<unknown> = Reflect.apply(loadMnist, undefined, [options]);
  await expect(loading).rejects.toThrow(UserError);
  await expect(loading).rejects.toThrow(message);
});
