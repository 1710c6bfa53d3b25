// The value of a node, by a machine with a program of outputs only.

import type { Node } from '../graph/node.ts';
import type { Strategy } from '../machine/layout.ts';
import { Machine } from '../machine/machine.ts';

/** The values of nodes of data and constants, all computed by one program. */
export function evaluate(outputs: readonly Node[], strategy?: Strategy): number[][] {
  const machine = new Machine([], { evaluate: { updates: [], outputs } }, strategy);
  machine.run('evaluate');
  return outputs.map((node) => Array.from(machine.view(node)));
}
