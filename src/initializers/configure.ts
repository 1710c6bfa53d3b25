// Initializers as configurations write them, a name, or a name and options; and initializers of the user's own.

import { type Configuration, configure } from '../catalogue.ts';
import * as initializers from './index.ts';
import type { Initializer } from './initializer.ts';

export type InitializerConfiguration = keyof typeof initializers | Configuration<typeof initializers> | Initializer;

export function initializer(configuration: InitializerConfiguration): Initializer {
  if (typeof configuration === 'function') return configuration;
  const named = typeof configuration === 'string' ? { name: configuration } : configuration;
  return configure('initializer', initializers, named);
}
