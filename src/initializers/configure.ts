// Initializers as configurations write them: a name, or a name and options.

import { type Configuration, configure } from '../catalogue.ts';
import * as initializers from './index.ts';
import type { Initializer } from './initializer.ts';

export type InitializerConfiguration = keyof typeof initializers | Configuration<typeof initializers>;

export function initializer(configuration: InitializerConfiguration): Initializer {
  const named = typeof configuration === 'string' ? { name: configuration } : configuration;
  return configure('initializer', initializers, named);
}
