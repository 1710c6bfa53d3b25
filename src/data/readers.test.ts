import { expect, test } from 'vitest';
import { checkReader, readers } from '../testing/readers.ts';

test.each(
  readers.map((reader) => [reader.name, reader] as const),
)('%s reads what is valid and refuses all else in one sentence', async (_, reader) => {
  await checkReader(reader, 1500);
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
