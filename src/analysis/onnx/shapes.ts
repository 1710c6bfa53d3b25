// Shapes of which some axes grow with the number of samples. A graph of Alchemie is built for a certain number; built for two,
// it shows in the differences which axes are the samples'.

import { type Shape, showShape } from '../../graph/node.ts';

/** A length that is always the same, or one for every sample. */
export type Extent = number | { readonly perSample: number };

export type Extents = readonly Extent[];

/** Numbers of samples for which graphs are built: primes, for nothing else to be as long by chance. */
export const SAMPLES = [1009, 1013] as const;

/** @throws where it is neither the same nor proportional to the number of samples */
export function extent(what: string, first: number, second: number): Extent {
  if (first === second) return first;
  const perSample = first / SAMPLES[0];
  if (!Number.isInteger(perSample) || perSample !== second / SAMPLES[1]) {
    throw new Error(`${what}: is ${first} for ${SAMPLES[0]} samples and ${second} for ${SAMPLES[1]}`);
  }
  return { perSample };
}

export function extents(what: string, first: Shape, second: Shape): Extents {
  if (first.length !== second.length) throw new Error(`${what}: has shapes ${showShape(first)}, ${showShape(second)}`);
  return first.map((length, axis) => extent(what, length, second[axis] ?? 0));
}

export function isSame(a: Extent, b: Extent): boolean {
  return typeof a === 'number' || typeof b === 'number' ? a === b : a.perSample === b.perSample;
}

export function areSame(a: Extents, b: Extents): boolean {
  return a.length === b.length && a.every((length, axis) => isSame(length, b[axis] ?? 0));
}

export function sizeOf(axes: Extents): Extent {
  return axes.reduce((a, b) => {
    if (typeof a === 'number') return typeof b === 'number' ? a * b : { perSample: a * b.perSample };
    if (typeof b === 'number') return { perSample: a.perSample * b };
    throw new Error('onnx: two axes grow with the number of samples');
  }, 1);
}

export function columnsOf(axes: Extents): Extent {
  return axes.at(-1) ?? 1;
}

export function rowsOf(axes: Extents): Extent {
  return sizeOf(axes.slice(0, -1));
}
