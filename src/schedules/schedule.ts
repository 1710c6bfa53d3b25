// What a schedule is: a quantity, such as a learning rate, as a function of the step.

import type { Node } from '../graph/node.ts';

/** Given the number of updates made before this one, an int32 scalar, gives the value for this one, float32. */
export type Schedule = (step: Node) => Node;
