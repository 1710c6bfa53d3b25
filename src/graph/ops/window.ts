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

export interface Window {
  /** n, h, w, c, the output's height and width, then kernel, stride, padding and dilation, height and width of each. */
  readonly operands: readonly number[];
  readonly outHeight: number;
  readonly outWidth: number;
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
  const out = (axis: 0 | 1): number => {
    const reach = dilations[axis] * (kernels[axis] - 1) + 1;
    const length = (axis === 0 ? h : w) + 2 * paddings[axis];
    if (reach > length) throw new Error(`${op}: a window of ${reach} does not fit into ${length} with padding`);
    return Math.floor((length - reach) / strides[axis]) + 1;
  };
  const [outHeight, outWidth] = [out(0), out(1)];
  const operands = [n, h, w, c, outHeight, outWidth, ...kernels, ...strides, ...paddings, ...dilations];
  return { operands, outHeight, outWidth };
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
