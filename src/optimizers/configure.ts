// Optimizers as configurations write them: a name and options.

import { type Configuration, configure } from '../catalogue.ts';
import * as optimizers from './index.ts';
import type { Optimizer } from './optimizer.ts';

export type OptimizerConfiguration = Configuration<typeof optimizers>;

export function optimizer(configuration: OptimizerConfiguration): Optimizer {
  return configure('optimizer', optimizers, configuration);
}
