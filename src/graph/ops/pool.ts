// Pooling of images: one number for each window and channel.

import { type Node, node, type Shape } from '../node.ts';
import { type Pair, type WindowOptions, windowOver } from './window.ts';

export interface PoolOptions extends WindowOptions {
  /** Height and width of the window. */
  readonly size: Pair;
}

function prepare(op: string, x: Shape, { size, stride = size, ...others }: PoolOptions) {
  const { operands, outHeight, outWidth } = windowOver(op, x, size, { stride, ...others });
  return { operands, shape: [x[0] ?? 0, outHeight, outWidth, x[3] ?? 0] };
}

/** The largest of each window of x[n, h, w, c]. Default stride: the size of the window. As `torch.nn.MaxPool2d`. */
export function maxPool2d(x: Node, options: PoolOptions): Node {
  const { operands, shape } = prepare('maxPool2d', x.shape, options);
  return node({
    op: 'maxPool2d',
    inputs: [x],
    attributes: operands,
    shape,
    vjp: (g) => [maxPool2dGradient(g, x, options)],
    emit: (at, y) => [['maxPool2d', y, at(x), 0, ...operands]],
  });
}

/** g of each window to the first of its largest elements in x. */
export function maxPool2dGradient(g: Node, x: Node, options: PoolOptions): Node {
  const { operands } = prepare('maxPool2dGradient', x.shape, options);
  return node({
    op: 'maxPool2dGradient',
    inputs: [g, x],
    attributes: operands,
    shape: x.shape,
    emit: (at, y) => [['maxPool2dGradient', y, at(x), at(g), ...operands]],
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
