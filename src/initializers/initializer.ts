// What an initializer is.

import type { Node, Shape } from '../graph/node.ts';
import type { Stream } from '../graph/ops/index.ts';

/** The first value of a parameter of the given shape, from random numbers of its own where it needs any. */
export type Initializer = (shape: Shape, stream: Stream) => Node;
