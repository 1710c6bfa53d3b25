import { expect, test } from 'vitest';
import { readSafetensors } from '../storage/safetensors.ts';
import { checkReader, readers } from '../testing/readers.ts';
import { readIdx } from './idx.ts';
import { readNpy } from './npy.ts';
import { readNpz } from './npz.ts';

test.each(
  readers.map((reader) => [reader.name, reader] as const),
)('%s reads what is valid and refuses all else in one sentence', async (_, reader) => {
  await checkReader(reader, 1500);
});

test.each([readIdx, readNpy, readNpz, readSafetensors])('%o asks for bytes when it is given a path', async (read) => {
  await expect(async () => Reflect.apply(read, undefined, ['data'])).rejects.toThrow(
    `${read.name}: expected the bytes of a file as a Uint8Array, got 'data'; readFile(path) gives them`,
  );
});

test('every reader is checked', async () => {
  const all = Object.keys(await import('../index.ts')).filter((name) => name.startsWith('read'));
  expect(
    readers
      .map(({ name }) => name)
      .filter((name) => name !== 'readZip')
      .sort(),
  ).toEqual(all.sort());
});
