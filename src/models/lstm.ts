// Networks of long short-term memory.
// Hochreiter & Schmidhuber, Neural Computation 9, 1997; the layer is in layers/lstm.ts.

import { lstm as layer } from '../layers/index.ts';
import type { Model } from './model.ts';
import { type RecurrentNetworkOptions, recurrentNetwork } from './recurrentNetwork.ts';

/** input[n, T, inputs] or whole numbers [n, T] → output[n, T, outputs], or with `pooling` [n, outputs]. */
export function lstm(options: RecurrentNetworkOptions): Model {
  return recurrentNetwork('lstm', layer, options);
}
