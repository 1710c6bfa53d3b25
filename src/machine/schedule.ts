// The order in which a program's nodes are computed, each once: equal computations are merged, and arithmetic is gathered
// into passes.

import { isComputed, type Node, showShape, size } from '../graph/node.ts';
import { copy } from '../graph/ops/index.ts';
import type { Program, Update } from '../graph/program.ts';
import { topological } from '../graph/topological.ts';
import { type Fuser, fuse, type Pass } from './fuse.ts';

export interface Schedule {
  /** What is computed, in the order of execution. */
  readonly passes: readonly Pass[];
  /** Leaves that are read or written. */
  readonly leaves: readonly Node[];
  /** The node that is computed in place of this one; every node of the program has one. */
  readonly merged: (node: Node) => Node;
  /** Every value is computed. */
  readonly updates: readonly Update[];
  readonly outputs: readonly Node[];
}

/** The leaf whose memory a node is, and which elements of it. */
function extent(node: Node): { readonly leaf: Node; readonly start: number; readonly end: number } {
  let [leaf, start] = [node, 0];
  for (; leaf.alias; leaf = leaf.alias.of) start += leaf.alias.offset;
  return { leaf, start, end: start + size(node.shape) };
}

export function schedule(program: Program, fuser: Fuser = fuse): Schedule {
  const targets = program.updates.map(([target]) => extent(target));
  const updates = program.updates.map(([target, value], i): Update => {
    const { leaf, start, end } = targets[i] ?? extent(target);
    const overlaps = targets.some((other, j) => j < i && other.leaf === leaf && other.start < end && start < other.end);
    if (leaf.leaf?.zone !== 'state' || overlaps) {
      throw new Error(`schedule: ${target.name ?? target.op} cannot be updated: it is no state, or is updated twice`);
    }
    if (size(target.shape) !== size(value.shape) || target.type !== value.type) {
      throw new Error(
        `schedule: an update of ${target.name} ${showShape(target.shape)} cannot be ${showShape(value.shape)}`,
      );
    }
    return [target, isComputed(value) ? value : copy(value)];
  });
  const all = topological([...updates.flat(), ...program.outputs]);

  const numbers = new Map<Node, number>();
  const first = new Map<string, Node>();
  const mergedInto = new Map<Node, Node>();
  const merged = (node: Node): Node => mergedInto.get(node) ?? node;
  for (const node of all) {
    numbers.set(node, numbers.size);
    if (node.leaf && node.op !== 'constant') continue;
    const inputs = node.inputs.map((input) => numbers.get(merged(input)));
    const key = [node.op, node.type, node.shape, node.attributes.join(' '), inputs.join()].join('|');
    const equal = first.get(key);
    if (equal) mergedInto.set(node, equal);
    else first.set(key, node);
  }
  const distinct = all.filter((node) => merged(node) === node);
  const outputs = program.outputs.map(merged);
  const kept = [...updates.map(([, value]) => merged(value)), ...outputs];
  return {
    passes: fuser(distinct.filter(isComputed), merged, kept),
    leaves: distinct.filter((node) => node.leaf),
    merged,
    updates: updates.map(([target, value]) => [target, merged(value)]),
    outputs,
  };
}
