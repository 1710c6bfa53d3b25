// Keeps the variance of activations and of gradients about equal across layers: std² = 2 / (fanIn + fanOut).
// Glorot & Bengio, "Understanding the difficulty of training deep feedforward neural networks", AISTATS 2010, equation 16.

import { type FanOptions, fans, settleFan, spread } from './fan.ts';
import type { Initializer } from './initializer.ts';

export function glorot(options: FanOptions = {}): Initializer {
  const { distribution, gain } = settleFan('glorot', options, 'uniform');
  return (shape, stream) => {
    const { fanIn, fanOut } = fans(shape);
    return spread(gain * Math.sqrt(2 / (fanIn + fanOut)), distribution, shape, stream);
  };
}
