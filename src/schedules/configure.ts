// Schedules as configurations write them: a number, or the name of a schedule and its options.

import { type Configuration, configure } from '../catalogue.ts';
import { constant as constantNode, type Node } from '../graph/node.ts';
import { add, divide, minimum, multiply, toFloat } from '../graph/ops/index.ts';
import * as schedules from './index.ts';

export type Rate =
  | number
  | (Configuration<typeof schedules> & {
      /** The first `warmup` values are scaled up linearly: 1/warmup, 2/warmup, … 1. Default 0. */
      readonly warmup?: number;
    });

/** The rate of the update that is made after `step` others (int32). */
export function rateAt(rate: Rate, step: Node): Node {
  if (typeof rate === 'number') return constantNode(rate);
  const { warmup = 0, ...configuration } = rate;
  if (!(typeof warmup === 'number' && warmup >= 0))
    throw new Error(`schedule: warmup must be a number of steps, got ${String(warmup)}`);
  const value = configure('schedule', schedules, configuration)(step);
  return warmup > 0 ? multiply(value, divide(minimum(add(toFloat(step), 1), warmup), warmup)) : value;
}
