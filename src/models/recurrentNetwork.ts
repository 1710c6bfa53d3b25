// Recurrent networks of any cell: layers one over the other, then a dense layer.

import { checkSizes, settle } from '../catalogue.ts';
import type { InitializerConfiguration } from '../initializers/configure.ts';
import { bidirectional, dropout, type Recurrent } from '../layers/index.ts';
import type { RecurrentLayer } from '../layers/recurrent.ts';
import type { Model } from './model.ts';
import { checkList, dropoutRates } from './options.ts';
import { type SequenceOptions, sequential } from './sequential.ts';

export interface RecurrentNetworkOptions extends SequenceOptions {
  /** Units of each layer. */
  readonly hidden: readonly number[];
  /** Whether each layer also runs backwards, with units of its own. Default false. */
  readonly bidirectional?: boolean;
  /**
   * Part of the units that the next layer does not see at a step: of all layers, or a list beginning
   * with the inputs. What a layer hands on in time is left whole. Default 0.
   */
  readonly dropout?: number | readonly number[];
  /** Of the weights from the input. Default 'glorot'. */
  readonly initializer?: InitializerConfiguration;
  /** Of the weights from one step to the next. Default 'orthogonal'. */
  readonly recurrentInitializer?: InitializerConfiguration;
  /** Elements of the vectors of a vocabulary. Default: the units of the first layer. */
  readonly embeddingUnits?: number;
}

const defaults = {
  inputs: undefined,
  vocabulary: undefined,
  pooling: undefined,
  bidirectional: false,
  dropout: undefined,
  initializer: 'glorot',
  recurrentInitializer: 'orthogonal',
  embeddingUnits: undefined,
} as const;

/** A network of layers of one kind. */
export function recurrentNetwork(name: string, layer: RecurrentLayer, options: RecurrentNetworkOptions): Model {
  const settled = settle(name, options, defaults, ['hidden', 'outputs', 'loss']);
  const { hidden, initializer: weight = 'glorot', recurrentInitializer: recurrentWeight = 'orthogonal' } = settled;
  checkList(name, 'hidden', hidden);
  checkSizes(name, { hidden });
  const rates = dropoutRates(name, settled.dropout ?? 0, hidden);
  return sequential(name, settled, settled.embeddingUnits ?? hidden[0] ?? 1, (scope, x, mask) => {
    let state: Recurrent = { outputs: x, last: x };
    for (const [i, units] of hidden.entries()) {
      const own = { units, weight, recurrentWeight, ...(mask && { mask }) };
      const below = dropout(scope, `hidden${i}/dropout`, state.outputs, rates[i] ?? 0);
      state = settled.bidirectional
        ? bidirectional(layer, scope, `hidden${i}`, below, own)
        : layer(scope, `hidden${i}`, below, own);
    }
    const rate = rates.at(-1) ?? 0;
    return {
      outputs: dropout(scope, 'output/dropout', state.outputs, rate),
      last: dropout(scope, 'output/dropout', state.last, rate),
    };
  });
}
