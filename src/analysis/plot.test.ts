// Curves of characters: where they go, and what their axes say.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { plot, type Series } from './plot.ts';

const of = (name: string, ys: readonly number[]): Series => ({ name, points: ys.map((y, i) => [i, y] as const) });

describe('plot', () => {
  it('draws a line between linear axes', () => {
    expect(plot([of('loss', [4, 3, 3, 1, 1, 2])], 'step', { width: 9, height: 4 })).toEqual([
      '   ── loss',
      '4 ┤─╮',
      '  │ ╰─╮',
      '2 ┤   │ ╭',
      '  │   ╰─╯',
      '  └──────',
      '   0 step 5',
    ]);
  });

  it('is logarithmic over decades, with dots for the second series', () => {
    const series = [of('val', [1, 0.1, 0.01, 0.001]), of('train', [0.001, 0.001, 0.001, 0.001])];
    expect(plot(series, 'x', { width: 10, height: 4 })).toEqual([
      '      ── val   ·· train',
      ' 1e0 ┤─╮',
      '     │ ╰╮',
      '1e-2 ┤  ╰╮',
      '     │···╰',
      '     └────',
      '      0 x 3',
    ]);
  });

  it('draws a constant in the middle, leaves out what is not finite, and is empty if nothing is', () => {
    const lines = plot([of('x', [0, Number.NaN, 0, Number.POSITIVE_INFINITY])], 'step', { width: 20, height: 5 });
    expect(lines.filter((line) => line.includes('───'))).toHaveLength(2);
    expect(plot([of('x', [Number.NaN])], 'step', { width: 20, height: 5 })).toEqual([]);
    expect(plot([], 'step', { width: 20, height: 5 })).toEqual([]);
  });

  it('shows a rise as one, at any size, within its width', () => {
    const rising = fc.array(fc.double({ min: 1e-9, max: 1e9, noNaN: true }), { minLength: 1, maxLength: 300 });
    const size = fc.record({ width: fc.integer({ min: 16, max: 120 }), height: fc.integer({ min: 2, max: 30 }) });
    fc.assert(
      fc.property(rising, size, (values, { width, height }) => {
        const [, ...lines] = plot(
          [
            of(
              'y',
              values.toSorted((a, b) => a - b),
            ),
          ],
          'x',
          { width, height },
        );
        const area = lines.slice(0, height);
        expect(area.every((line) => line.length <= width)).toBe(true);
        // Every column has a sign, none is above one that comes later, and nothing falls.
        const signs = area.map((line) => line.slice(line.search(/[│┤]/) + 1));
        const columns = Math.max(...signs.map((line) => line.length));
        const top = Array.from({ length: columns }, (_, column) =>
          signs.findIndex((line) => (line[column] ?? ' ') !== ' '),
        );
        expect(top.every((row, column) => row >= 0 && row <= (top[column - 1] ?? height))).toBe(true);
        expect(area.join('')).not.toMatch(/[╮╰]/);
      }),
    );
  });
});
