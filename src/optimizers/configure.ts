// Optimizers as configurations write them, a name and options; and optimizers of the user's own.

import { type Configuration, configure } from '../catalogue.ts';
import * as optimizers from './index.ts';
import type { Optimizer } from './optimizer.ts';

export type OptimizerConfiguration = Configuration<typeof optimizers> | Optimizer;

export function optimizer(configuration: OptimizerConfiguration): Optimizer {
  return typeof configuration === 'function' ? configuration : configure('optimizer', optimizers, configuration);
}
