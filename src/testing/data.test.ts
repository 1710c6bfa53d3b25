import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { mnistDirectory, writeGeneratedMnist } from './data.ts';

let home = '';

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'alchemie-data-'));
  vi.stubEnv('ALCHEMIE_DATA', '');
  vi.stubEnv('CI', '');
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(home, { recursive: true, force: true });
});

test('finds the files in ALCHEMIE_DATA, else beside the checkout', async () => {
  await writeGeneratedMnist(join(home, 'shared', 'mnist'), { test: 10 });
  await writeGeneratedMnist(join(home, 'own'), { test: 10 });
  expect(mnistDirectory(join(home, 'shared'))).toBe(join(home, 'shared', 'mnist'));
  vi.stubEnv('ALCHEMIE_DATA', join(home, 'own'));
  expect(mnistDirectory(join(home, 'shared'))).toBe(join(home, 'own'));
});

test('without files a stranger goes on without, continuous integration and a wrong ALCHEMIE_DATA do not', () => {
  expect(mnistDirectory(home)).toBeUndefined();
  vi.stubEnv('CI', 'true');
  expect(() => mnistDirectory(home)).toThrow('set ALCHEMIE_DATA to a folder that holds t10k-images-idx3-ubyte.gz');
  vi.stubEnv('CI', '');
  vi.stubEnv('ALCHEMIE_DATA', home);
  expect(() => mnistDirectory()).toThrow(`no MNIST files in ${home}`);
});
