// Lines that are gone and lines that are new.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lineDifferences } from './lineDifferences.ts';

const text = (...lines: string[]): string => lines.join('\n');

describe('lineDifferences', () => {
  it('shows changes with two lines around them', () => {
    const before = text('1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b');
    const after = text('1', '2', '3', 'four', '5', '6', '7', '8', '9', 'a', 'b', 'c');
    expect(lineDifferences(before, after)).toEqual([
      '…',
      '  2',
      '  3',
      '- 4',
      '+ four',
      '  5',
      '  6',
      '…',
      '  a',
      '  b',
      '+ c',
    ]);
    expect(lineDifferences(before, before)).toEqual(['…']);
  });

  it('changes as few lines as possible', () => {
    const lines = fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 7 });
    /** By trying all. */
    const common = (a: readonly string[], b: readonly string[]): number => {
      const [x, ...restA] = a;
      const [y, ...restB] = b;
      if (x === undefined || y === undefined) return 0;
      return x === y ? 1 + common(restA, restB) : Math.max(common(restA, b), common(a, restB));
    };
    fc.assert(
      fc.property(lines, lines, (a, b) => {
        const differences = lineDifferences(a.join('\n'), b.join('\n'));
        const [before, after] = [a.length === 0 ? [''] : a, b.length === 0 ? [''] : b];
        const shared = common(before, after);
        expect(differences.filter((line) => line.startsWith('-'))).toHaveLength(before.length - shared);
        expect(differences.filter((line) => line.startsWith('+'))).toHaveLength(after.length - shared);
      }),
    );
  });

  it('does not take gigabytes for long texts', () => {
    const [a, b] = ['a', 'b'].map((name) => Array.from({ length: 9000 }, (_, i) => `${name}${i}`).join('\n'));
    expect(lineDifferences(a ?? '', b ?? '')).toHaveLength(18_000);
  });
});
