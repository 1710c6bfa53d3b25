import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { UserError } from '../errors.ts';
import { datasetDirectory } from '../testing/data.ts';
import { datasetCache } from './dataset.node.ts';
import { type Jsb, jsb, loadJsb } from './jsb.node.ts';

const file = 'jsb-chorales-quarter.json';
const small = JSON.stringify({ train: [[[60, 64], [], [21]], [[108]]], valid: [[[60], [62]]], test: [[[61]]] });
const real = datasetDirectory(jsb);
let home = '';

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'alchemie-jsb-'));
  vi.stubEnv('XDG_CACHE_HOME', home);
  vi.stubEnv('ALCHEMIE_DATA', '');
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(home, { recursive: true, force: true });
});

test.skipIf(real === undefined)('the real chorales: 229, 76 and 77 of up to 160 steps', async () => {
  const whole = await readFile(join(real ?? '', file));
  const { bytes, sha256 } = jsb.source.files[file];
  expect([whole.length, createHash('sha256').update(whole).digest('hex')]).toEqual([bytes, sha256]);
  const { train, val, test } = await loadJsb({ directory: real });
  expect([train, val, test].map(([rolls]) => rolls.shape)).toEqual([
    [229, 160, 88],
    [76, 160, 88],
    [77, 160, 88],
  ]);
  expect([train, val, test].map(([, mask]) => mask.data.reduce((sum, one) => sum + one, 0))).toEqual([
    13807, 4602, 4725,
  ]);
  // The first chord of the first test chorale: C5, E5, G5 and C6.
  expect([...test[0].data.subarray(0, 88).entries()].flatMap(([key, on]) => (on ? [key + 21] : []))).toEqual([
    72, 76, 79, 84,
  ]);
});

function expectSmall({ train, val, test }: Jsb): void {
  const keys = ([rolls]: Jsb['train']) => [...rolls.data.entries()].flatMap(([i, on]) => (on ? [i] : []));
  expect([train, val, test].map(([rolls]) => rolls.shape)).toEqual([
    [2, 3, 88],
    [1, 3, 88],
    [1, 3, 88],
  ]);
  expect([train, val, test].map(([, mask]) => [...mask.data])).toEqual([
    [1, 1, 1, 1, 0, 0],
    [1, 1, 0],
    [1, 0, 0],
  ]);
  expect([train, val, test].map(keys)).toEqual([[39, 43, 2 * 88, 3 * 88 + 87], [39, 88 + 41], [40]]);
}

test('the folder itself or its folder jsb, compressed or not', async () => {
  await mkdir(join(home, 'jsb'));
  await writeFile(join(home, 'jsb', file), small);
  expectSmall(await loadJsb({ directory: home }));
  expectSmall(await loadJsb({ directory: join(home, 'jsb') }));
  await rm(join(home, 'jsb', file));
  await writeFile(join(home, `${file}.gz`), gzipSync(small));
  vi.stubEnv('ALCHEMIE_DATA', home);
  expectSmall(await loadJsb());
});

test('is downloaded into the cache once, verified', async () => {
  const asked: (string | undefined)[] = [];
  const server = createServer(({ url }, response) => {
    asked.push(url);
    response.end(small);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : 0;
  const known = { bytes: small.length, sha256: createHash('sha256').update(small).digest('hex') };
  const options = {
    onProgress: () => {},
    source: { mirrors: [`http://127.0.0.1:${port}/`], files: { [file]: known } },
  };
  const wrong = { ...options.source, files: { [file]: { ...known, sha256: '0' } } };
  try {
    await expect(loadJsb({ ...options, source: wrong })).rejects.toThrow(
      /^loadJsb: .*SHA-256 is [0-9a-f]+ where 0 was expected/,
    );
    expectSmall(await loadJsb(options));
    expectSmall(await loadJsb(options));
    expect(asked).toEqual([`/${file}`, `/${file}`]);
    expect(await readFile(join(datasetCache(jsb), file), 'utf8')).toBe(small);
  } finally {
    server.close();
  }
});

test.each([
  ['no JSON', '{', /JSON/],
  ['no object', '[]', /no list of chorales 'train'/],
  ['nothing', 'null', /no list of chorales 'train'/],
  ['no chorales', '{"train": []}', /no list of chorales 'train'/],
  ['no steps', '{"train": [[]]}', /chorale 0 of 'train' has no steps/],
  ['no chords', '{"train": [[1]]}', /step 0 of chorale 0 of 'train' is no list of notes/],
  ['no key', '{"train": [[[20]]]}', /whole numbers from 21 to 108, got 20/],
  ['no note', '{"train": [[["C"]]]}', /whole numbers from 21 to 108, got "C"/],
])('%s is an error that names the file', async (_, text, message) => {
  await writeFile(join(home, file), text);
  const error: unknown = await loadJsb({ directory: home }).catch((error: unknown) => error);
  expect(error).toBeInstanceOf(UserError);
  expect(String(error)).toMatch(message);
  expect(String(error)).toContain(join(home, file));
});

test('a folder without it is an error that names it', async () => {
  await expect(loadJsb({ directory: home })).rejects.toThrow(
    `loadJsb: ${home} does not hold the JSB chorales files; put ${file} (or .gz) there`,
  );
});
