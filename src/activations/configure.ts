// Activations as configurations write them, a name; and functions of the user's own.

import { pick } from '../catalogue.ts';
import type { Node } from '../graph/node.ts';
import * as activations from './index.ts';

export type ActivationName = keyof typeof activations;
export type Activation = (x: Node) => Node;
export type ActivationConfiguration = ActivationName | Activation;

export function activation(configuration: ActivationConfiguration): Activation {
  return typeof configuration === 'function'
    ? configuration
    : pick<Activation>('activation', activations, configuration);
}
