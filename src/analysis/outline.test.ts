// Reports as lines.

import { expect, it } from 'vitest';
import { outline } from './outline.ts';

it('indents members, and says the shape of what is long', () => {
  const image = Array.from({ length: 28 }, () => Array(28).fill(0.5));
  const report = {
    loss: 0.1,
    worst: 'NaN',
    note: 'two\nlines',
    sizes: [3, 4],
    none: null,
    image,
    deep: { a: {}, long: 'x'.repeat(99) },
  };
  expect(outline('report', report)).toEqual([
    'report:',
    '  loss: 0.1',
    '  worst: NaN',
    '  note: two lines',
    '  sizes: [3,4]',
    '  none: null',
    '  image: [28, 28] list',
    '  deep:',
    '    a: {}',
    `    long: ${'x'.repeat(71)}…`,
  ]);
});
