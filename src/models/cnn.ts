// Convolutional networks for images, after LeNet: convolutions with pooling, then dense layers.
// LeCun, Bottou, Bengio & Haffner, "Gradient-based learning applied to document recognition", Proc. IEEE 86, 1998.
// Differs from LeNet-5: maximum pooling, every filter sees all channels, and a softmax in place of radial basis functions.

import { type ActivationConfiguration, activation } from '../activations/configure.ts';
import { checkSizes, settle, show } from '../catalogue.ts';
import type { Node } from '../graph/node.ts';
import { multiply, reshape } from '../graph/ops/index.ts';
import { type InitializerConfiguration, initializer } from '../initializers/configure.ts';
import { batchNorm, conv2d, dense, dropout, flatten, pool } from '../layers/index.ts';
import type { Scope } from '../layers/scope.ts';
import { type LossConfiguration, loss as lossOf } from '../losses/configure.ts';
import type { Model } from './model.ts';
import { inputField, supervise, targetFields } from './supervised.ts';

export interface CnnOptions {
  /** Height, width and channels of the images. */
  readonly image: readonly [height: number, width: number, channels: number];
  /** Columns of the output, or classes. */
  readonly outputs: number;
  /** Of each convolution. Default [6, 16]. */
  readonly filters?: readonly number[];
  /** Height and width of the windows of convolutions. Default 5. */
  readonly kernel?: number;
  /** Around the images and between the layers. Default: half of the kernel, so that convolutions keep the size. */
  readonly padding?: number;
  /** Height and width of the windows of which the largest is kept after each convolution. Default 2. */
  readonly pool?: number;
  /** Units of the dense layers before the output. Default [120, 84]. */
  readonly hidden?: readonly number[];
  /** Default 'relu'. */
  readonly activation?: ActivationConfiguration;
  /** Default 'crossEntropy'. */
  readonly loss?: LossConfiguration;
  /** Whether convolutions are followed by batch normalization. Default false. */
  readonly batchNorm?: boolean;
  /** Part of the units of the dense layers that is left out at each step. Default 0. */
  readonly dropout?: number;
  /** Of the weights. Default 'he'. */
  readonly initializer?: InitializerConfiguration;
  /** Multiplies the images, e.g. 1/255 for bytes. Default 1. */
  readonly inputScale?: number;
}

const defaults = {
  filters: [6, 16],
  kernel: 5,
  padding: undefined,
  pool: 2,
  hidden: [120, 84],
  activation: 'relu',
  loss: 'crossEntropy',
  batchNorm: false,
  dropout: 0,
  initializer: 'he',
  inputScale: 1,
} as const;

/** image[n, height, width, channels], or as many columns → output[n, outputs]. */
export function cnn(options: CnnOptions): Model {
  const settled = settle('cnn', options, defaults, ['image', 'outputs']);
  const { image, outputs, filters, kernel, hidden, pool: size } = settled;
  if (!(Array.isArray(image) && image.length === 3)) {
    throw new Error(
      `cnn: image must be a list [height, width, channels], got ${show(image)}; images of one gray value have 1 channel`,
    );
  }
  checkSizes('cnn', { image, outputs, filters, kernel, hidden, pool: size });
  const padding = settled.padding ?? Math.floor(kernel / 2);
  const activate = activation(settled.activation);
  const weight = initializer(settled.initializer);
  const loss = lossOf(settled.loss);
  const network = (scope: Scope, input: Node): Node => {
    let x = multiply(reshape(input, [input.shape[0] ?? 1, ...image]), settled.inputScale);
    for (const [i, count] of filters.entries()) {
      x = conv2d(scope, `conv${i}`, x, { filters: count, kernel, padding, weight });
      if (settled.batchNorm) x = batchNorm(scope, `norm${i}`, x);
      x = pool(activate(x), { size });
    }
    x = flatten(x);
    for (const [i, units] of hidden.entries()) {
      x = activate(dense(scope, `hidden${i}`, x, { outputs: units, weight }));
      x = dropout(scope, `hidden${i}/dropout`, x, settled.dropout);
    }
    return dense(scope, 'output', x, { outputs });
  };
  return {
    fields: [inputField(image.reduce((a, b) => a * b)), ...targetFields(loss, outputs)],
    build: (scope, [input, target, weight]) => supervise(loss, network(scope, input), target, weight),
  };
}
