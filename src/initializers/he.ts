// Keeps the variance of activations through layers of rectifiers: std² = 2 / fanIn.
// He, Zhang, Ren & Sun, "Delving deep into rectifiers", ICCV 2015, equation 10, arXiv:1502.01852.

import { type FanOptions, fans, settleFan, spread } from './fan.ts';
import type { Initializer } from './initializer.ts';

export function he(options: FanOptions = {}): Initializer {
  const { distribution, gain } = settleFan('he', options, 'normal');
  return (shape, stream) => spread(gain * Math.sqrt(2 / fans(shape).fanIn), distribution, shape, stream);
}
