// Pooling over space, without parameters: windows of images, and all of an image.

import { checkOneOf, settle } from '../catalogue.ts';
import type { Node } from '../graph/node.ts';
import { averagePool2d, maxPool2d, type PoolOptions } from '../graph/ops/index.ts';
import { flatten } from './flatten.ts';
import { checkNode } from './scope.ts';

const kinds = ['max', 'mean'] as const;
type Kind = (typeof kinds)[number];

export interface PoolingOptions extends PoolOptions {
  /** Default 'max'. */
  readonly kind?: Kind;
}

/** x[n, height, width, channels] → [n, outHeight, outWidth, channels]; default stride: the size of the window. */
export function pool(x: Node, options: PoolingOptions): Node {
  checkNode('pool', 'the input', x);
  const defaults = { kind: 'max', stride: undefined, padding: undefined, dilation: undefined } as const;
  const { kind, ...window } = settle('pool', options, defaults, ['size']);
  checkOneOf('pool', 'kind', kind, kinds);
  return kind === 'max' ? maxPool2d(x, window) : averagePool2d(x, window);
}

/** x[n, height, width, channels] → [n, channels], the mean or the largest of each channel. */
export function globalPool(x: Node, kind: Kind = 'mean'): Node {
  checkNode('globalPool', 'the input', x);
  checkOneOf('globalPool', 'the kind', kind, kinds);
  const [, height = 1, width = 1] = x.shape;
  return flatten(pool(x, { size: [height, width], kind }));
}
