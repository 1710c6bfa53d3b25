// Losses as configurations write them, a name, or a name and options; and losses of the user's own.

import { type Configuration, configure } from '../catalogue.ts';
import * as losses from './index.ts';
import type { Loss } from './loss.ts';

export type LossName = keyof typeof losses;
export type LossConfiguration = LossName | Configuration<typeof losses> | Loss;

export function loss(configuration: LossConfiguration): Loss {
  if (typeof configuration === 'string') return configure('loss', losses, { name: configuration });
  if (typeof configuration === 'function') {
    throw new Error("loss: expected a name or an object, got a function; a loss of one's own is { elements, predict }");
  }
  return typeof configuration === 'object' && configuration !== null && 'elements' in configuration
    ? configuration
    : configure('loss', losses, configuration);
}
