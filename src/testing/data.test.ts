import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { jsb } from '../data/jsb.node.ts';
import { mnist } from '../data/mnist.node.ts';
import { datasetDirectory, writeGeneratedMnist } from './data.ts';

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
  expect(datasetDirectory(mnist, join(home, 'shared'))).toBe(join(home, 'shared', 'mnist'));
  vi.stubEnv('ALCHEMIE_DATA', join(home, 'own'));
  expect(datasetDirectory(mnist, join(home, 'shared'))).toBe(join(home, 'own'));
  // It has no chorales: they are found where they are.
  expect(datasetDirectory(jsb, join(home, 'shared'))).toBeUndefined();
  await mkdir(join(home, 'shared', 'jsb'));
  await writeFile(join(home, 'shared', 'jsb', 'jsb-chorales-quarter.json'), '{}');
  expect(datasetDirectory(jsb, join(home, 'shared'))).toBe(join(home, 'shared', 'jsb'));
});

test('without files a stranger goes on without, continuous integration and a wrong ALCHEMIE_DATA do not', () => {
  expect(datasetDirectory(mnist, home)).toBeUndefined();
  vi.stubEnv('CI', 'true');
  expect(() => datasetDirectory(mnist, home)).toThrow(
    'set ALCHEMIE_DATA to a folder that holds train-images-idx3-ubyte, train-labels',
  );
  vi.stubEnv('CI', '');
  vi.stubEnv('ALCHEMIE_DATA', home);
  expect(() => datasetDirectory(mnist)).toThrow(`no MNIST files in ${home}`);
});
