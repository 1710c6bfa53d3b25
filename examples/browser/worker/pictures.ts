// What a model has learnt, as pictures: what it says everywhere in the plane, or what each hidden unit looks for in an image.

import { type Tensor, Trainer, tensor } from 'alchemie';
import type { Picture } from './messages.ts';

const SIDE = 56;
/** The plane is shown from -EDGE to EDGE in both directions. */
const EDGE = 1.15;

const IMAGE_SIDE = 28;
const MOST_UNITS = 16;

let grid: Tensor | undefined;

/** Middles of pixels, the top row first. */
function gridOf(): Tensor {
  const at = (i: number): number => EDGE * ((2 * (i + 0.5)) / SIDE - 1);
  grid ??= tensor(
    Float32Array.from({ length: 2 * SIDE * SIDE }, (_, i) => {
      const pixel = Math.floor(i / 2);
      return i % 2 === 0 ? at(pixel % SIDE) : -at(Math.floor(pixel / SIDE));
    }),
    [SIDE * SIDE, 2],
  );
  return grid;
}

/** Nothing of a trainer that is none of alchemie's own. */
export function pictureOf(trainer: unknown): Picture | undefined {
  if (!(trainer instanceof Trainer)) return undefined;
  const [weight] = trainer.parameters.values();
  const [inputs, units = 0] = weight?.shape ?? [];
  if (inputs === 2) return surface(trainer);
  return weight && inputs === IMAGE_SIDE * IMAGE_SIDE ? weights(weight, units) : undefined;
}

function surface(trainer: Trainer): Picture {
  const { data } = trainer.predict(gridOf());
  return { kind: 'surface', side: SIDE, count: 1, pixels: Uint8Array.from(data, (p) => Math.round(255 * p)) };
}

/** Of each unit its weights, from the most negative, 0, by way of none, 128, to the most positive, 255. */
function weights(weight: Float32Array, units: number): Picture {
  const count = Math.min(units, MOST_UNITS);
  const size = IMAGE_SIDE * IMAGE_SIDE;
  const pixels = new Uint8Array(count * size);
  for (let unit = 0; unit < count; unit++) {
    let largest = 1e-12;
    for (let i = 0; i < size; i++) largest = Math.max(largest, Math.abs(weight[i * units + unit] ?? 0));
    for (let i = 0; i < size; i++) {
      pixels[unit * size + i] = Math.round(127.5 * (1 + (weight[i * units + unit] ?? 0) / largest));
    }
  }
  return { kind: 'weights', side: IMAGE_SIDE, count, pixels };
}
