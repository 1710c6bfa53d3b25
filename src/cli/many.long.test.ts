// 100,000 configurations: time grows as their number, memory stays small, and few files are open at a time.

import { expect, it } from 'vitest';
import { handleMany } from '../testing/many.ts';

it('100,000 configurations are created and evaluated', { timeout: 1_200_000 }, async () => {
  const some = await handleMany(25_000);
  const many = await handleMany(100_000);
  for (const command of ['create', 'evaluate'] as const) {
    expect(many[command].mebibytes).toBeLessThan(300);
    // Four times as many; what a start takes is small against it.
    expect(many[command].seconds / some[command].seconds).toBeLessThan(6);
  }
});
