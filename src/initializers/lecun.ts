// Keeps the variance of activations through layers that are linear, or of self-normalizing units: std² = 1 / fanIn.
// LeCun, Bottou, Orr & Müller, "Efficient backprop", 1998, section 4.6.

import { type FanOptions, fans, settleFan, spread } from './fan.ts';
import type { Initializer } from './initializer.ts';

export function lecun(options: FanOptions = {}): Initializer {
  const { distribution, gain } = settleFan('lecun', options, 'normal');
  return (shape, stream) => spread(gain * Math.sqrt(1 / fans(shape).fanIn), distribution, shape, stream);
}
