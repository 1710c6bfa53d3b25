// Pooling over space, without parameters: windows of images, and all of an image.

import type { Node } from '../graph/node.ts';
import { averagePool2d, maxPool2d, type PoolOptions } from '../graph/ops/index.ts';
import { flatten } from './flatten.ts';

export interface PoolingOptions extends PoolOptions {
  /** Default 'max'. */
  readonly kind?: 'max' | 'mean';
}

/** x[n, height, width, channels] → [n, outHeight, outWidth, channels]; default stride: the size of the window. */
export function pool(x: Node, { kind = 'max', ...window }: PoolingOptions): Node {
  return kind === 'max' ? maxPool2d(x, window) : averagePool2d(x, window);
}

/** x[n, height, width, channels] → [n, channels], the mean or the largest of each channel. */
export function globalPool(x: Node, kind: 'max' | 'mean' = 'mean'): Node {
  const [, height = 1, width = 1] = x.shape;
  return flatten(pool(x, { size: [height, width], kind }));
}
