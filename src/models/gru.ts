// Networks of gated recurrent units.
// Cho et al., EMNLP 2014, arXiv:1406.1078; the layer is in layers/gru.ts.

import { gru as layer } from '../layers/index.ts';
import type { Model } from './model.ts';
import { type RecurrentNetworkOptions, recurrentNetwork } from './recurrentNetwork.ts';

/** input[n, T, inputs] or whole numbers [n, T] → output[n, T, outputs], or with `pooling` [n, outputs]. */
export function gru(options: RecurrentNetworkOptions): Model {
  return recurrentNetwork('gru', layer, options);
}
