// Vectors for whole numbers: words, characters, categories.

import { checkSizes, settle } from '../catalogue.ts';
import type { Node } from '../graph/node.ts';
import { embedding as lookUp } from '../graph/ops/index.ts';
import { type InitializerConfiguration, initializer } from '../initializers/configure.ts';
import { checkCall, type Scope } from './scope.ts';

export interface EmbeddingOptions {
  /** How many numbers there are: 0 to vocabulary − 1. */
  readonly vocabulary: number;
  /** Elements of a vector. */
  readonly units: number;
  /** Default: standard normal, as in PyTorch. */
  readonly weight?: InitializerConfiguration;
}

/** index[n, T] → [n, T, units], rows of the parameter `<name>.weight`[vocabulary, units]. */
export function embedding(scope: Scope, name: string, index: Node, options: EmbeddingOptions): Node {
  checkCall('embedding', scope, name, index);
  const settled = settle('embedding', options, { weight: 'normal' } as const, ['vocabulary', 'units']);
  const { vocabulary, units, weight } = settled;
  checkSizes('embedding', { vocabulary, units });
  return lookUp(scope.parameter(`${name}.weight`, [vocabulary, units], initializer(weight)), index);
}
