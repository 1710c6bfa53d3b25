// Windows that slide over images x[n, h, w, c], as convolution and pooling have them. Definitions of PyTorch.

import { type Shape, showShape } from '../node.ts';

/** One number for both axes, or one for the height and one for the width. */
export type Pair = number | readonly [height: number, width: number];

export interface WindowOptions {
  /** Steps from one window to the next. */
  readonly stride?: Pair;
  /** Rows and columns that are put around the image. Default 0. */
  readonly padding?: Pair;
  /** Steps from one element of a window to the next. Default 1. */
  readonly dilation?: Pair;
}

/** A window along the height or the width of an image. */
interface Axis {
  /** Of the image. */
  readonly length: number;
  /** How many places the window takes. */
  readonly places: number;
  readonly kernel: number;
  readonly stride: number;
  readonly padding: number;
  readonly dilation: number;
}

export interface Window {
  /** n, h, w, c, the output's height and width, then kernel, stride, padding and dilation, height and width of each. */
  readonly operands: readonly number[];
  readonly outHeight: number;
  readonly outWidth: number;
  /** Whether the window has elements of the image wherever it is, and not zeros of the padding alone. */
  readonly touches: boolean;
}

/**
 * A window of the size `kernel` over x[n, h, w, c].
 *
 * @throws when x has other axes, numbers are not whole, or the window does not fit
 */
export function windowOver(
  op: string,
  x: Shape,
  kernel: Pair,
  { stride = 1, padding = 0, dilation = 1 }: WindowOptions,
): Window {
  const [n = 0, h = 0, w = 0, c = 0] = x;
  if (x.length !== 4) throw new Error(`${op}: expected images [n, height, width, channels], got ${showShape(x)}`);
  const [kernels, strides, paddings, dilations] = [
    pair(op, 'kernel', kernel, 1),
    pair(op, 'stride', stride, 1),
    pair(op, 'padding', padding, 0),
    pair(op, 'dilation', dilation, 1),
  ];
  const along = (axis: 0 | 1): Axis => {
    const [length, padding, stride] = [axis === 0 ? h : w, paddings[axis], strides[axis]];
    const [kernel, dilation] = [kernels[axis], dilations[axis]];
    const [reach, padded] = [dilation * (kernel - 1) + 1, length + 2 * padding];
    if (reach > padded) throw new Error(`${op}: a window of ${reach} does not fit into ${padded} with padding`);
    return { length, places: Math.floor((padded - reach) / stride) + 1, kernel, stride, padding, dilation };
  };
  const [down, right] = [along(0), along(1)];
  const [outHeight, outWidth] = [down.places, right.places];
  const operands = [n, h, w, c, outHeight, outWidth, ...kernels, ...strides, ...paddings, ...dilations];
  return { operands, outHeight, outWidth, touches: touches(down) && touches(right) };
}

function touches({ length, places, kernel, stride, padding, dilation }: Axis): boolean {
  const upTo = (n: number): number[] => Array.from({ length: n }, (_, i) => i);
  return upTo(places).every((place) =>
    upTo(kernel).some((k) => {
      const at = place * stride - padding + k * dilation;
      return at >= 0 && at < length;
    }),
  );
}

function pair(op: string, name: string, given: Pair, least: number): readonly [number, number] {
  const both = typeof given === 'number' ? ([given, given] as const) : given;
  for (const value of both) {
    if (!(Number.isInteger(value) && value >= least)) {
      throw new Error(`${op}: ${name} must be a whole number from ${least} on, got ${value}`);
    }
  }
  return both;
}
