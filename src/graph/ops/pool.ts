// Pooling of images: one number for each window and channel.

import { type Node, node, type Shape } from '../node.ts';
import { type Pair, type WindowOptions, windowOver } from './window.ts';

export interface PoolOptions extends WindowOptions {
  /** Height and width of the window. */
  readonly size: Pair;
}

function prepare(op: string, x: Shape, { size, stride = size, ...others }: PoolOptions) {
  const { operands, outHeight, outWidth, touches } = windowOver(op, x, size, { stride, ...others });
  return { operands, shape: [x[0] ?? 0, outHeight, outWidth, x[3] ?? 0], touches };
}

/** @throws when a window lies in the padding alone: nothing is the largest there */
function prepareMaximum(op: string, x: Shape, options: PoolOptions) {
  const { operands, shape, touches } = prepare(op, x, options);
  if (!touches) throw new Error(`${op}: a window has nothing but padding in it; take less padding, or larger windows`);
  return { operands, shape };
}

/** The largest of each window of x[n, h, w, c]. Default stride: the size of the window. As `torch.nn.MaxPool2d`. */
export function maxPool2d(x: Node, options: PoolOptions): Node {
  const { operands, shape } = prepareMaximum('maxPool2d', x.shape, options);
  return node({
    op: 'maxPool2d',
    inputs: [x],
    attributes: operands,
    shape,
    vjp: (g) => [maxPool2dGradient(g, x, options)],
    emit: (at, y) => [['maxPool2d', y, at(x), 0, ...operands]],
  });
}

/** g of each window to the first of its largest elements in x; there is no gradient for x, which only says where they are. */
export function maxPool2dGradient(g: Node, x: Node, options: PoolOptions): Node {
  const { operands } = prepareMaximum('maxPool2dGradient', x.shape, options);
  return node({
    op: 'maxPool2dGradient',
    inputs: [g, x],
    attributes: operands,
    shape: x.shape,
    vjp: (outer) => [maxPool2dTangent(outer, x, options), undefined],
    emit: (at, y) => [['maxPool2dGradient', y, at(x), at(g), ...operands]],
  });
}

/** What `maxPool2d` of x changes by when x does by `change`: that of the first of the largest elements of each window. */
export function maxPool2dTangent(change: Node, x: Node, options: PoolOptions): Node {
  const { operands, shape } = prepareMaximum('maxPool2dTangent', x.shape, options);
  return node({
    op: 'maxPool2dTangent',
    inputs: [change, x],
    attributes: operands,
    shape,
    vjp: (g) => [maxPool2dGradient(g, x, options), undefined],
    emit: (at, y) => [['maxPool2dTangent', y, at(x), at(change), ...operands]],
  });
}

/**
 * The mean of each window of x[n, h, w, c]; padding counts as zeros. Default stride: the size of the window. As
 * `torch.nn.AvgPool2d`.
 */
export function averagePool2d(x: Node, options: PoolOptions): Node {
  const { operands, shape } = prepare('averagePool2d', x.shape, options);
  return node({
    op: 'averagePool2d',
    inputs: [x],
    attributes: operands,
    shape,
    vjp: (g) => [averagePool2dGradient(g, x.shape, options)],
    emit: (at, y) => [['averagePool2d', y, at(x), 0, ...operands]],
  });
}

/** g of each window, divided by its size, to all of its elements, for images of shape `x`. */
export function averagePool2dGradient(g: Node, x: Shape, options: PoolOptions): Node {
  const { operands } = prepare('averagePool2dGradient', x, options);
  return node({
    op: 'averagePool2dGradient',
    inputs: [g],
    attributes: operands,
    shape: x,
    vjp: (outer) => [averagePool2d(outer, options)],
    emit: (at, y) => [['averagePool2dGradient', y, 0, at(g), ...operands]],
  });
}
