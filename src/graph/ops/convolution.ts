// Convolution of images, and its two derivatives. It is a matrix product of patches with weights; the patches are made for a
// few rows of output at a time, into scratch memory, so that memory does not grow with the batch.

import { type Call, type Node, node, type Shape, sameShape, showShape, size } from '../node.ts';
import { matmul } from './matmul.ts';
import { productOf } from './product.ts';
import { reshape } from './sum.ts';
import { type Window, type WindowOptions, windowOver } from './window.ts';

/** Patches are made for as many rows of output as have at most this many elements, so that they stay in cache. */
const BLOCK_ELEMENTS = 32_768;

/** A part of the rows of output of all images, and what the kernels need to know of it. */
interface Block {
  readonly first: number;
  readonly count: number;
}

/** How a convolution is cut into products: m patches of k elements with weights[k, filters], the largest block first. */
function plan(x: Shape, weight: Shape, options: WindowOptions) {
  const [kernelHeight = 1, kernelWidth = 1, channels = 1, filters = 1] = weight;
  const window = windowOver('conv2d', x, [kernelHeight, kernelWidth], options);
  const [n = 0, , , c] = x;
  if (weight.length !== 4 || c !== channels) {
    throw new Error(
      `conv2d: weight ${showShape(weight)} does not fit images ${showShape(x)}; expected [height, width, ${c}, filters]`,
    );
  }
  const k = kernelHeight * kernelWidth * channels;
  const rows = n * window.outHeight;
  const perBlock = Math.min(rows, Math.max(1, Math.floor(BLOCK_ELEMENTS / (window.outWidth * k))));
  const blocks: Block[] = [];
  for (let first = 0; first < rows; first += perBlock) blocks.push({ first, count: Math.min(perBlock, rows - first) });
  const m = perBlock * window.outWidth;
  return { window, blocks, m, k, filters, patchBytes: 4 * m * k };
}

function patchCall(kernel: string, to: number, from: number, { first, count }: Block, { operands }: Window): Call {
  return [kernel, to, from, first, count, ...operands];
}

/**
 * x[n, h, w, c] with weight[height, width, c, filters]: y[n, outHeight, outWidth, filters], each the sum of products of a
 * patch of x with the weights of a filter (cross-correlation). Default stride 1. As `torch.nn.Conv2d`, but for the order
 * of axes.
 */
export function conv2d(x: Node, weight: Node, options: WindowOptions = {}): Node {
  const { window, blocks, m, k, filters, patchBytes } = plan(x.shape, weight.shape, options);
  const { outHeight, outWidth, operands } = window;
  const shape = [x.shape[0] ?? 0, outHeight, outWidth, filters];
  const isPointwise = k === x.shape[3] && sameShape(shape.slice(0, 3), x.shape.slice(0, 3));
  if (isPointwise) return reshape(matmul(x, weight), shape);
  return node({
    op: 'conv2d',
    inputs: [x, weight],
    attributes: operands,
    shape,
    scratchBytes: patchBytes + productOf(m, k, filters).scratchBytes,
    vjp: (g) => [conv2dInputGradient(g, weight, x.shape, options), conv2dWeightGradient(x, g, weight.shape, options)],
    emit: (at, y, scratch) =>
      blocks.flatMap((block) => {
        const to = y + 4 * block.first * outWidth * filters;
        return [
          patchCall('patches', scratch, at(x), block, window),
          ...productOf(block.count * outWidth, k, filters).calls(to, scratch, at(weight), scratch + patchBytes),
        ];
      }),
  });
}

/** The gradient of `conv2d` by its images, of shape `x`: also the transposed convolution, which makes images larger. */
export function conv2dInputGradient(g: Node, weight: Node, x: Shape, options: WindowOptions = {}): Node {
  const { window, blocks, m, k, filters, patchBytes } = plan(x, weight.shape, options);
  const { outWidth, operands } = window;
  checkOutput(g, x, window, filters);
  return node({
    op: 'conv2dInputGradient',
    inputs: [g, weight],
    attributes: operands,
    shape: x,
    scratchBytes: patchBytes + productOf(m, filters, k, { b: true }).scratchBytes,
    vjp: (outer) => [conv2d(outer, weight, options), conv2dWeightGradient(outer, g, weight.shape, options)],
    emit: (at, y, scratch) =>
      blocks.flatMap((block) => {
        const from = at(g) + 4 * block.first * outWidth * filters;
        const product = productOf(block.count * outWidth, filters, k, { b: true });
        return [
          ...product.calls(scratch, from, at(weight), scratch + patchBytes),
          patchCall('patchesGradient', y, scratch, block, window),
        ];
      }),
  });
}

/** The gradient of `conv2d` by its weights, of shape `weight`. */
export function conv2dWeightGradient(x: Node, g: Node, weight: Shape, options: WindowOptions = {}): Node {
  const { window, blocks, m, k, filters, patchBytes } = plan(x.shape, weight, options);
  const { outWidth, operands } = window;
  checkOutput(g, x.shape, window, filters);
  const termBytes = 4 * k * filters;
  return node({
    op: 'conv2dWeightGradient',
    inputs: [x, g],
    attributes: operands,
    shape: weight,
    scratchBytes: patchBytes + termBytes + productOf(k, m, filters, { a: true }).scratchBytes,
    vjp: (outer) => [conv2dInputGradient(g, outer, x.shape, options), conv2d(x, outer, options)],
    emit: (at, y, scratch) =>
      blocks.flatMap((block, i): Call[] => {
        const term = i === 0 ? y : scratch + patchBytes;
        const rows = block.count * outWidth;
        const from = at(g) + 4 * block.first * outWidth * filters;
        return [
          patchCall('patches', scratch, at(x), block, window),
          ...productOf(k, rows, filters, { a: true }).calls(term, scratch, from, scratch + patchBytes + termBytes),
          ...(i === 0 ? [] : [['accumulate', y, term, k * filters] as const]),
        ];
      }),
  });
}

function checkOutput(g: Node, x: Shape, { outHeight, outWidth }: Window, filters: number): void {
  const expected = (x[0] ?? 0) * outHeight * outWidth * filters;
  if (size(g.shape) !== expected) {
    throw new Error(
      `conv2d: a result ${showShape(g.shape)} does not come from images ${showShape(x)}; expected ${showShape([x[0] ?? 0, outHeight, outWidth, filters])}`,
    );
  }
}
