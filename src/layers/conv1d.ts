// Convolution over time: an image of height 1.

import { settle } from '../catalogue.ts';
import type { Node } from '../graph/node.ts';
import { reshape } from '../graph/ops/index.ts';
import { conv2d } from './conv2d.ts';
import { type Beginnings, beginnings } from './dense.ts';
import { checkCall, type Scope } from './scope.ts';

export interface Conv1dOptions extends Beginnings {
  /** Channels of the result. */
  readonly filters: number;
  /** Time steps of the window. */
  readonly kernel: number;
  /** Default 1. */
  readonly stride?: number;
  /** Time steps that are put before and behind. Default 0. */
  readonly padding?: number;
  /** Default 1. */
  readonly dilation?: number;
}

/**
 * x[n, T, channels] → [n, out, filters]; the parameters are `<name>.weight`[1, kernel, channels, filters] and `<name>.bias`.
 * As `torch.nn.Conv1d`, but for the order of axes.
 */
export function conv1d(scope: Scope, name: string, x: Node, options: Conv1dOptions): Node {
  checkCall('conv1d', scope, name, x);
  const defaults = { ...beginnings, stride: 1, padding: 0, dilation: 1 };
  const { kernel, stride, padding, dilation, ...others } = settle('conv1d', options, defaults, ['filters', 'kernel']);
  const [n = 1, steps = 1, channels = 1] = x.shape;
  const y = conv2d(scope, name, reshape(x, [n, 1, steps, channels]), {
    ...others,
    kernel: [1, kernel],
    stride: [1, stride],
    padding: [0, padding],
    dilation: [1, dilation],
  });
  return reshape(y, [n, y.shape[2] ?? 1, y.shape[3] ?? 1]);
}
