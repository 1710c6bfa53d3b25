// Points of two classes in the plane, within about [-1, 1]². Arithmetic and square roots alone: the bits are the same in every
// engine, which those of Math.sin are not.

import { sample, type Tensor, tensor, uniform } from 'alchemie';

/** Places[n, 2] and classes[n, 1], 0 or 1. */
export type Points = readonly [places: Tensor<Float32Array>, classes: Tensor];

const { PI } = Math;

/** Unit vectors at angles that are multiples of `step` in radians, which is small. */
function directions(count: number, step: number): (readonly [number, number])[] {
  const square = step * step;
  const x = 1 - square / 2 + (square * square) / 24;
  const y = step * (1 - square / 6 + (square * square) / 120);
  const length = Math.sqrt(x * x + y * y);
  const [cos, sin] = [x / length, y / length];
  const found: (readonly [number, number])[] = [];
  let [a, b] = [1, 0];
  for (let i = 0; i < count; i++) {
    found.push([a, b]);
    [a, b] = [a * cos - b * sin, a * sin + b * cos];
  }
  return found;
}

/** Moves every place a little, in the same way every time, and interleaves the classes. */
function scattered(classes: readonly (readonly (readonly [number, number])[])[], noise: number, seed: number): Points {
  const count = classes[0]?.length ?? 0;
  const places = Array.from({ length: count }, (_, i) =>
    classes.map((places) => places[i] ?? ([0, 0] as const)),
  ).flat();
  const moves = sample({ x: uniform(-noise, noise), y: uniform(-noise, noise) }, places.length, seed);
  return [
    tensor(places.map(([x, y], i) => [x + (moves[i]?.x ?? 0), y + (moves[i]?.y ?? 0)])),
    tensor(places.map((_, i) => [i % classes.length])),
  ];
}

/** Two arms that wind around each other one and a half times. */
export function spiral(count: number, seed: number): Points {
  const arm = directions(count, (3 * PI) / count).map(([x, y], i) => {
    const radius = 0.08 + (0.87 * i) / count;
    return [radius * x, radius * y] as const;
  });
  return scattered([arm, arm.map(([x, y]) => [-x, -y])], 0.03, seed);
}

/** Two half circles, each with its end in the hollow of the other. */
export function moons(count: number, seed: number): Points {
  const half = directions(count, PI / count);
  const upper = half.map(([x, y]) => [0.6 * x - 0.3, 0.6 * y - 0.15] as const);
  const lower = half.map(([x, y]) => [-0.6 * x + 0.3, -0.6 * y + 0.15] as const);
  return scattered([upper, lower], 0.14, seed);
}

/** A ring around a disk. */
export function circles(count: number, seed: number): Points {
  const around = directions(count, (2 * PI) / count);
  const ring = (radius: number) => around.map(([x, y]) => [radius * x, radius * y] as const);
  return scattered([ring(0.35), ring(0.8)], 0.16, seed);
}
