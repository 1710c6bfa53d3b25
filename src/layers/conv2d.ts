// Convolution of images: every filter looks at a window that slides over all channels.
// LeCun, Bottou, Bengio & Haffner, "Gradient-based learning applied to document recognition", Proc. IEEE 86, 1998.

import { checkSizes, settle } from '../catalogue.ts';
import type { Node } from '../graph/node.ts';
import { add, conv2d as convolve, type Pair, type WindowOptions } from '../graph/ops/index.ts';
import { initializer } from '../initializers/configure.ts';
import { type Beginnings, beginnings } from './dense.ts';
import { checkCall, type Scope } from './scope.ts';

export interface Conv2dOptions extends WindowOptions, Beginnings {
  /** Channels of the result. */
  readonly filters: number;
  /** Height and width of the window. */
  readonly kernel: Pair;
}

/**
 * x[n, height, width, channels] → [n, outHeight, outWidth, filters]; the parameters are `<name>.weight`[height, width,
 * channels, filters] and `<name>.bias`[filters]. As `torch.nn.Conv2d`, but for the order of axes.
 */
export function conv2d(scope: Scope, name: string, x: Node, options: Conv2dOptions): Node {
  checkCall('conv2d', scope, name, x);
  const defaults = { ...beginnings, stride: undefined, padding: undefined, dilation: undefined };
  const { filters, kernel, weight, bias, ...window } = settle('conv2d', options, defaults, ['filters', 'kernel']);
  checkSizes('conv2d', { filters, kernel });
  const [height, width] = typeof kernel === 'number' ? [kernel, kernel] : kernel;
  const w = scope.parameter(`${name}.weight`, [height, width, x.shape[3] ?? 1, filters], initializer(weight));
  const b = scope.parameter(`${name}.bias`, [filters], initializer(bias));
  return add(convolve(x, w, window), b);
}
