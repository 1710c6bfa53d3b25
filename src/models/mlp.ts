// The multilayer perceptron: dense layers with an activation function between them.

import { type ActivationConfiguration, activation } from '../activations/configure.ts';
import { identity } from '../activations/index.ts';
import { settle } from '../catalogue.ts';
import type { Node } from '../graph/node.ts';
import { multiply } from '../graph/ops/index.ts';
import { type InitializerConfiguration, initializer } from '../initializers/configure.ts';
import { dense, dropout, flatten } from '../layers/index.ts';
import type { Scope } from '../layers/scope.ts';
import { type LossConfiguration, loss as lossOf } from '../losses/configure.ts';
import type { Model } from './model.ts';
import { checkList, dropoutRates, perLayer } from './options.ts';
import { inputField, supervise, targetFields } from './supervised.ts';

export interface MlpOptions {
  /** Columns of the input. */
  readonly inputs: number;
  /** Units of each hidden layer; `[]` makes the model linear. */
  readonly hidden: readonly number[];
  /** Columns of the output. */
  readonly outputs: number;
  /** Of the hidden layers: one for all, or one for each. */
  readonly activation: ActivationConfiguration | readonly ActivationConfiguration[];
  readonly loss: LossConfiguration;
  /** Of the weights. Default 'glorot'. */
  readonly initializer?: InitializerConfiguration;
  /** Of the biases. Default 'zeros'. */
  readonly biasInitializer?: InitializerConfiguration;
  /**
   * Part of the units that is left out at each step: of all hidden layers, or a list beginning with the inputs.
   * Default 0.
   */
  readonly dropout?: number | readonly number[];
  /** Multiplies the inputs, e.g. 1/255 for bytes. Default 1. */
  readonly inputScale?: number;
}

/**
 * input[n, inputs] → dense layers with an activation between them → output[n, outputs].
 *
 * @throws on sizes that are not positive whole numbers, on names that are not known, and on lists of activations or
 * dropout rates whose length does not fit the hidden layers
 */
export function mlp(options: MlpOptions): Model {
  const settled = settle(
    'mlp',
    options,
    { initializer: 'glorot', biasInitializer: 'zeros', dropout: undefined, inputScale: 1 } as const,
    ['inputs', 'hidden', 'outputs', 'activation', 'loss'],
  );
  const { inputs, hidden, outputs } = settled;
  checkList('mlp', 'hidden', hidden);
  for (const units of [inputs, ...hidden, outputs]) {
    if (!(Number.isInteger(units) && units > 0)) {
      throw new Error(`mlp: inputs, hidden and outputs must be positive whole numbers, got ${units}`);
    }
  }
  const functions = perLayer('mlp', 'activation', settled.activation, hidden.length).map(activation);
  const rates = dropoutRates('mlp', settled.dropout ?? 0, hidden);
  const weight = initializer(settled.initializer);
  const bias = initializer(settled.biasInitializer);
  const loss = lossOf(settled.loss);
  const network = (scope: Scope, input: Node): Node => {
    let x = dropout(scope, 'input/dropout', multiply(input, settled.inputScale), rates[0] ?? 0);
    for (const [i, units] of hidden.entries()) {
      const activate = functions[i] ?? identity;
      x = activate(dense(scope, `hidden${i}`, x, { outputs: units, weight, bias }));
      x = dropout(scope, `hidden${i}/dropout`, x, rates[i + 1] ?? 0);
    }
    return dense(scope, 'output', x, { outputs, weight, bias });
  };
  return {
    fields: [inputField(inputs), ...targetFields(loss, outputs)],
    build: (scope, [input, target, weight]) => supervise(loss, network(scope, flatten(input)), target, weight),
  };
}
