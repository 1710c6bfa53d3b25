// Digits that nobody wrote: strokes of ten shapes, moved, slanted, scaled and thickened at random, on images like those of MNIST.
// Arithmetic and square roots alone, so that the bits are the same in every engine.

import { type Digits, sample, tensor, uniform } from 'alchemie';
import { digits, recognition } from './digits.ts';

export const space = { ...digits };

export default recognition('glyphs', () => ({ train: glyphs(1500, 1), val: glyphs(500, 2) }), space);

const SIDE = 28;

/** Lines through points, in a box one wide and two high with y downwards. */
const STROKES: readonly (readonly (readonly number[])[])[] = [
  [[0.3, 0.1, 0.7, 0.1, 1, 0.5, 1, 1.5, 0.7, 1.9, 0.3, 1.9, 0, 1.5, 0, 0.5, 0.3, 0.1]],
  [[0.2, 0.5, 0.6, 0.1, 0.6, 1.9]],
  [[0.05, 0.5, 0.3, 0.1, 0.75, 0.1, 1, 0.5, 0.85, 0.95, 0, 1.9, 1, 1.9]],
  [[0.05, 0.25, 0.4, 0.1, 0.8, 0.2, 0.9, 0.6, 0.4, 0.95, 0.95, 1.25, 0.9, 1.7, 0.4, 1.9, 0, 1.7]],
  [[0.75, 1.9, 0.75, 0.1, 0, 1.25, 1, 1.25]],
  [[0.95, 0.1, 0.15, 0.1, 0.1, 0.85, 0.65, 0.8, 1, 1.2, 0.9, 1.7, 0.4, 1.9, 0, 1.7]],
  [[0.85, 0.1, 0.3, 0.5, 0.05, 1.2, 0.2, 1.75, 0.6, 1.9, 0.95, 1.6, 0.9, 1.15, 0.5, 1, 0.1, 1.3]],
  [[0, 0.1, 1, 0.1, 0.4, 1.9]],
  [
    [
      0.5, 0.95, 0.1, 0.65, 0.2, 0.2, 0.5, 0.1, 0.8, 0.2, 0.9, 0.65, 0.5, 0.95, 0.05, 1.35, 0.15, 1.75, 0.5, 1.9, 0.85,
      1.75, 0.95, 1.35, 0.5, 0.95,
    ],
  ],
  [[0.9, 0.75, 0.5, 1, 0.1, 0.8, 0.05, 0.4, 0.4, 0.1, 0.8, 0.25, 0.95, 0.8, 0.8, 1.5, 0.4, 1.9]],
];

const variation = {
  x: uniform(-3, 3),
  y: uniform(-2, 2),
  width: uniform(7, 12),
  height: uniform(7.5, 10),
  slant: uniform(-0.35, 0.35),
  thickness: uniform(0.8, 1.9),
  bend: uniform(-0.2, 0.2),
};

type Variation = { readonly [Key in keyof typeof variation]: number };

/** `count` images of all digits in turn. */
function glyphs(count: number, seed: number): Digits {
  const images = new Uint8Array(count * SIDE * SIDE);
  for (const [i, how] of sample(variation, count, seed).entries()) {
    draw(STROKES[i % 10] ?? [], how, images.subarray(i * SIDE * SIDE, (i + 1) * SIDE * SIDE));
  }
  return [tensor(images, [count, SIDE * SIDE]), tensor(Uint8Array.from({ length: count }, (_, i) => i % 10))];
}

function draw(strokes: readonly (readonly number[])[], how: Variation, image: Uint8Array): void {
  const { x, y, width, height, slant, thickness, bend } = how;
  for (const stroke of strokes) {
    const points = Array.from({ length: stroke.length / 2 }, (_, i) => {
      const [a = 0, b = 0] = stroke.slice(2 * i, 2 * i + 2);
      const [u, v] = [a - 0.5, b - 1];
      return [14 + x + width * (u - slant * v + bend * v * v), 14 + y + height * v] as const;
    });
    for (let i = 0; i + 1 < points.length; i++)
      drawLine(points[i] ?? [0, 0], points[i + 1] ?? [0, 0], thickness, image);
  }
}

type Place = readonly [x: number, y: number];

/** A line with soft edges. */
function drawLine([x1, y1]: Place, [x2, y2]: Place, thickness: number, image: Uint8Array): void {
  const [dx, dy] = [x2 - x1, y2 - y1];
  const square = dx * dx + dy * dy;
  const margin = thickness + 1;
  const within = (value: number): number => Math.min(Math.max(Math.floor(value), 0), SIDE - 1);
  for (let row = within(Math.min(y1, y2) - margin); row <= within(Math.max(y1, y2) + margin); row++) {
    for (let column = within(Math.min(x1, x2) - margin); column <= within(Math.max(x1, x2) + margin); column++) {
      const along = Math.min(Math.max(((column - x1) * dx + (row - y1) * dy) / square, 0), 1);
      const [ex, ey] = [column - x1 - along * dx, row - y1 - along * dy];
      const ink = Math.min(Math.max(thickness + 0.5 - Math.sqrt(ex * ex + ey * ey), 0), 1);
      const at = row * SIDE + column;
      image[at] = Math.max(image[at] ?? 0, Math.floor(255 * ink));
    }
  }
}
