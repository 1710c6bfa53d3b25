// A momentum that grows in stretches towards its largest value: 1 − 1/2, 1 − 1/4, 1 − 1/6, … with a new one every `stretch`
// steps, but never above `max`.
// Sutskever, Martens, Dahl & Hinton, "On the importance of initialization and momentum in deep learning", ICML 2013,
// equation 5; steps count from 1, as in the original tool.

import { checkNumbers, checkPositive, settle } from '../catalogue.ts';
import { add, divide, floor, increment, minimum, subtract, toFloat } from '../graph/ops/index.ts';
import type { Schedule } from './schedule.ts';

export interface SutskeverBlendOptions {
  readonly max: number;
  /** Default 250. */
  readonly stretch?: number;
}

/** min(1 − 1 / (2 (⌊(step + 1) / stretch⌋ + 1)), max). */
export function sutskeverBlend(options: SutskeverBlendOptions): Schedule {
  const { max, stretch } = settle('sutskeverBlend', options, { stretch: 250 }, ['max']);
  checkNumbers('sutskeverBlend', { max });
  checkPositive('sutskeverBlend', 'stretch', stretch);
  return (step) => {
    const stretches = add(floor(divide(toFloat(increment(step)), stretch)), 1);
    return minimum(subtract(1, divide(0.5, stretches)), max);
  };
}
