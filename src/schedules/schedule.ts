// What a schedule is: a quantity, such as a learning rate, as a function of the step.

import type { Node } from '../graph/node.ts';

/** Given the number of updates made before this one, a float32 scalar, gives the value for this one. */
export type Schedule = (step: Node) => Node;

/** Lengths of time in steps are positive. */
export function checkPositive(schedule: string, option: string, value: number): void {
  if (!(value > 0)) throw new Error(`${schedule}: ${option} must be positive, got ${String(value)}`);
}
