// Cases of convolution and pooling: every sum written as a loop over the elements of windows.

import { type Shape, showShape, size } from '../graph/node.ts';
import * as ops from '../graph/ops/index.ts';
import { type Pair, type WindowOptions, windowOver } from '../graph/ops/window.ts';
import { item, range } from './item.ts';
import { floats, type OpCase } from './opCase.ts';

interface Visit {
  /** Of the image's element, and of the output's, channels not counted. */
  readonly from: number;
  readonly to: number;
  /** Which element of the window. */
  readonly tap: number;
}

/** All elements of all windows that do not lie in the padding. */
function visits(x: Shape, kernel: Pair, options: WindowOptions): Visit[] {
  const { operands } = windowOver('visits', x, kernel, options);
  const [
    n = 0,
    h = 0,
    w = 0,
    ,
    outHeight = 0,
    outWidth = 0,
    kh = 0,
    kw = 0,
    sh = 0,
    sw = 0,
    ph = 0,
    pw = 0,
    dh = 0,
    dw = 0,
  ] = operands;
  return range(n * outHeight * outWidth * kh * kw, (i) => {
    const [kx, ky] = [i % kw, Math.floor(i / kw) % kh];
    const to = Math.floor(i / (kw * kh));
    const [column, row, image] = [
      to % outWidth,
      Math.floor(to / outWidth) % outHeight,
      Math.floor(to / outWidth / outHeight),
    ];
    const [top, left] = [row * sh - ph + ky * dh, column * sw - pw + kx * dw];
    const isInside = top >= 0 && top < h && left >= 0 && left < w;
    return { from: isInside ? (image * h + top) * w + left : -1, to, tap: ky * kw + kx };
  }).filter(({ from }) => from >= 0);
}

/** A sum of as many elements as `length`, into which each visit adds what it says. */
function summed(length: number, add: (sum: number[]) => void): number[] {
  const sum = new Array<number>(length).fill(0);
  add(sum);
  return sum;
}

interface ConvolutionCase {
  readonly x: readonly [number, number, number, number];
  readonly weight: readonly [number, number, number, number];
  readonly options: WindowOptions;
}

const CONVOLUTIONS: readonly ConvolutionCase[] = [
  { x: [2, 5, 6, 3], weight: [3, 2, 3, 5], options: {} },
  { x: [1, 4, 4, 1], weight: [3, 3, 1, 2], options: { padding: 1 } },
  { x: [2, 7, 5, 2], weight: [3, 3, 2, 3], options: { stride: 2, padding: [1, 2] } },
  { x: [1, 7, 8, 2], weight: [2, 3, 2, 4], options: { dilation: [2, 3], stride: [1, 2] } },
  { x: [2, 3, 4, 3], weight: [1, 1, 3, 2], options: {} },
  { x: [1, 1, 9, 2], weight: [1, 4, 2, 3], options: { padding: [0, 2], dilation: [1, 2] } },
  // More than one block of patches.
  { x: [3, 40, 40, 1], weight: [5, 5, 1, 2], options: { padding: 2 } },
];

function convolutions(which: 'y' | 'x' | 'weight'): OpCase[] {
  return CONVOLUTIONS.map(({ x, weight, options }): OpCase => {
    const [kh, kw, channels, filters] = weight;
    const { outHeight, outWidth } = windowOver('conv2d', x, [kh, kw], options);
    const y = [x[0], outHeight, outWidth, filters];
    const all = visits(x, [kh, kw], options);
    /** Calls with the indices of each product of an image's element and a weight, and of the result that it goes to. */
    const each = (use: (image: number, weight: number, out: number) => void): void => {
      for (const { from, to, tap } of all) {
        for (let c = 0; c < channels; c++) {
          for (let f = 0; f < filters; f++)
            use(from * channels + c, (tap * channels + c) * filters + f, to * filters + f);
        }
      }
    };
    const common = { name: `${showShape(x)} ${showShape(weight)} ${JSON.stringify(options)}`, floor: 4 };
    if (which === 'y') {
      return {
        ...common,
        inputs: [floats(x), floats(weight)],
        apply: (image, w) => ops.conv2d(image, w, options),
        reference: (image, w) =>
          summed(size(y), (sum) =>
            each((i, k, out) => {
              sum[out] = item(sum, out) + item(image, i) * item(w, k);
            }),
          ),
        units: kh * kw * channels + 1,
      };
    }
    if (which === 'x') {
      return {
        ...common,
        inputs: [floats(y), floats(weight)],
        apply: (g, w) => ops.conv2dInputGradient(g, w, x, options),
        reference: (g, w) =>
          summed(size(x), (sum) =>
            each((i, k, out) => {
              sum[i] = item(sum, i) + item(g, out) * item(w, k);
            }),
          ),
        units: kh * kw * filters + 1,
      };
    }
    return {
      ...common,
      inputs: [floats(x), floats(y)],
      apply: (image, g) => ops.conv2dWeightGradient(image, g, weight, options),
      reference: (image, g) =>
        summed(size(weight), (sum) =>
          each((i, k, out) => {
            sum[k] = item(sum, k) + item(image, i) * item(g, out);
          }),
        ),
      units: size(y) / filters + 1,
    };
  });
}

interface PoolCase {
  readonly x: readonly [number, number, number, number];
  readonly options: ops.PoolOptions;
}

const POOLS: readonly PoolCase[] = [
  { x: [2, 4, 6, 3], options: { size: 2 } },
  { x: [1, 5, 5, 1], options: { size: [2, 3], stride: 1 } },
  { x: [2, 7, 5, 5], options: { size: 3, stride: 2, padding: 1 } },
  { x: [1, 6, 7, 8], options: { size: 2, stride: [1, 2], dilation: 2 } },
  { x: [2, 3, 1, 6], options: { size: [3, 1] } },
];

function pools(make: (one: PoolCase, y: Shape, all: readonly Visit[]) => Omit<OpCase, 'name' | 'floor'>): OpCase[] {
  return POOLS.map((one) => {
    const { x, options } = one;
    const { stride = options.size, ...others } = options;
    const { outHeight, outWidth } = windowOver('pool', x, options.size, { stride, ...others });
    const all = visits(x, options.size, { stride, ...others });
    const y = [x[0], outHeight, outWidth, x[3]];
    return { name: `${showShape(x)} ${JSON.stringify(options)}`, floor: 4, ...make(one, y, all) };
  });
}

/** For each element of the output, the index of the largest of its window. */
function largest(x: readonly number[], c: number, y: Shape, all: readonly Visit[]): number[] {
  const best = new Array<number>(size(y)).fill(-1);
  for (const { from, to } of all) {
    for (let channel = 0; channel < c; channel++) {
      const [i, out] = [from * c + channel, to * c + channel];
      const known = item(best, out);
      if (known < 0 || item(x, i) > item(x, known)) best[out] = i;
    }
  }
  return best;
}

/** How many elements a window has. */
function area({ size }: ops.PoolOptions): number {
  return typeof size === 'number' ? size * size : size[0] * size[1];
}

export const imageCases: Readonly<Record<string, readonly OpCase[]>> = {
  conv2d: convolutions('y'),
  conv2dInputGradient: convolutions('x'),
  conv2dWeightGradient: convolutions('weight'),
  maxPool2d: pools(({ x, options }, y, all) => ({
    inputs: [floats(x)],
    apply: (image) => ops.maxPool2d(image, options),
    reference: (image) => largest(image, x[3], y, all).map((i) => item(image, i)),
    units: 0,
  })),
  maxPool2dGradient: pools(({ x, options }, y, all) => ({
    inputs: [floats(y), floats(x)],
    apply: (g, image) => ops.maxPool2dGradient(g, image, options),
    reference: (g, image) =>
      summed(size(x), (sum) => {
        for (const [out, i] of largest(image, x[3], y, all).entries()) sum[i] = item(sum, i) + item(g, out);
      }),
    units: 9,
  })),
  maxPool2dTangent: pools(({ x, options }, y, all) => ({
    inputs: [floats(x), floats(x)],
    apply: (change, image) => ops.maxPool2dTangent(change, image, options),
    reference: (change, image) => largest(image, x[3], y, all).map((i) => item(change, i)),
    units: 0,
  })),
  averagePool2d: pools(({ x, options }, y, all) => ({
    inputs: [floats(x)],
    apply: (image) => ops.averagePool2d(image, options),
    reference: (image) =>
      summed(size(y), (sum) => {
        for (const { from, to } of all) {
          for (let c = 0; c < x[3]; c++) {
            sum[to * x[3] + c] = item(sum, to * x[3] + c) + item(image, from * x[3] + c) / area(options);
          }
        }
      }),
    units: area(options) + 1,
  })),
  averagePool2dGradient: pools(({ x, options }, y, all) => ({
    inputs: [floats(y)],
    apply: (g) => ops.averagePool2dGradient(g, x, options),
    reference: (g) =>
      summed(size(x), (sum) => {
        for (const { from, to } of all) {
          for (let c = 0; c < x[3]; c++) {
            sum[from * x[3] + c] = item(sum, from * x[3] + c) + item(g, to * x[3] + c) / area(options);
          }
        }
      }),
    units: area(options) + 1,
  })),
};
