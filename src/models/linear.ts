// Linear models, by their loss: squaredError is linear regression, binaryCrossEntropy logistic regression, crossEntropy
// softmax (multinomial logistic) regression.

import { checkNotNegative, checkSizes, settle } from '../catalogue.ts';
import { abs, add, matmul, multiply, square, sum } from '../graph/ops/index.ts';
import { type InitializerConfiguration, initializer } from '../initializers/configure.ts';
import { flatten } from '../layers/index.ts';
import { type LossConfiguration, loss as lossOf } from '../losses/configure.ts';
import type { Model } from './model.ts';
import { inputField, supervise, targetFields } from './supervised.ts';

export interface LinearOptions {
  /** Columns of the input. */
  readonly inputs: number;
  /** Columns of the output, or classes. */
  readonly outputs: number;
  /** Default 'squaredError'. */
  readonly loss?: LossConfiguration;
  /** Of the weights. Default 'zeros': the loss has one minimum. */
  readonly initializer?: InitializerConfiguration;
  /** l1 Σ |weight| and l2 Σ weight² are minimised besides, and not scored. Default 0. */
  readonly l1?: number;
  readonly l2?: number;
  /** Multiplies the inputs, e.g. 1/255 for bytes. Default 1. */
  readonly inputScale?: number;
}

/** input[n, inputs] · weight + bias → output[n, outputs]. */
export function linear(options: LinearOptions): Model {
  const defaults = { loss: 'squaredError', initializer: 'zeros', l1: 0, l2: 0, inputScale: 1 } as const;
  const { inputs, outputs, l1, l2, inputScale, ...settled } = settle('linear', options, defaults, [
    'inputs',
    'outputs',
  ]);
  checkSizes('linear', { inputs, outputs });
  checkNotNegative('linear', { l1, l2 });
  const loss = lossOf(settled.loss);
  const first = initializer(settled.initializer);
  return {
    fields: [inputField(inputs), ...targetFields(loss, outputs)],
    build: (scope, [input, target, weight]) => {
      const x = multiply(flatten(input), inputScale);
      const w = scope.parameter('output.weight', [inputs, outputs], first);
      const b = scope.parameter('output.bias', [outputs], initializer('zeros'));
      const supervised = supervise(loss, add(matmul(x, w), b), target, weight);
      if (l1 === 0 && l2 === 0) return supervised;
      return { ...supervised, penalty: add(multiply(sum(abs(w)), l1), multiply(sum(square(w)), l2)) };
    },
  };
}
