import { test } from 'vitest';
import { checkReader, readers } from '../testing/readers.ts';

test.each(readers.map((reader) => [reader.name, reader] as const))(
  '%s reads what is valid and refuses all else in one sentence, 100,000 times',
  { timeout: 1_200_000 },
  async (_, reader) => {
    await checkReader(reader, 100_000);
  },
);
