// Activations as configurations write them, a name; and functions of the user's own.

import { pick, show } from '../catalogue.ts';
import type { Node } from '../graph/node.ts';
import * as activations from './index.ts';

export type ActivationName = keyof typeof activations;
export type Activation = (x: Node) => Node;
export type ActivationConfiguration = ActivationName | Activation;

export function activation(configuration: ActivationConfiguration): Activation {
  if (typeof configuration === 'function') return configuration;
  if (typeof configuration !== 'string') {
    throw new Error(
      `activation: expected a name or a function, got ${show(configuration)}; activations have no options`,
    );
  }
  return pick<Activation>('activation', activations, configuration);
}
