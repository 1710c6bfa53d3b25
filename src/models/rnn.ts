// Networks of simple recurrent networks: h ← tanh(x weight + h recurrent + bias).
// Elman, "Finding structure in time", Cognitive Science 14, 1990.

import { rnn as layer } from '../layers/index.ts';
import type { Model } from './model.ts';
import { type RecurrentNetworkOptions, recurrentNetwork } from './recurrentNetwork.ts';

/** input[n, T, inputs] or whole numbers [n, T] → output[n, T, outputs], or with `pooling` [n, outputs]. */
export function rnn(options: RecurrentNetworkOptions): Model {
  return recurrentNetwork('rnn', layer, options);
}
