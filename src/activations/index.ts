// The activation functions; each is an elementwise operation of the graph.

import type { Node } from '../graph/node.ts';

export { gelu, relu, sigmoid, silu, softplus, softsign, tanh } from '../graph/ops/index.ts';

export const identity = (x: Node): Node => x;
