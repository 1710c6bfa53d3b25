// 1,000 configurations with few open files; 100,000 in many.long.test.ts.

import { expect, it } from 'vitest';
import { handleMany } from '../testing/many.ts';

it('1,000 configurations are created and evaluated in little memory', { timeout: 120_000 }, async () => {
  const { create, evaluate } = await handleMany(1000);
  expect(create.mebibytes).toBeLessThan(300);
  expect(evaluate.mebibytes).toBeLessThan(300);
});
