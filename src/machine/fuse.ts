// Gathers arithmetic into passes: nodes of one shape that feed each other, or read the same, are computed together, four
// or eight elements at a time, and what only they need of each other never sees memory. The update of an optimizer, all
// its slots included, becomes one pass over the vector of parameters.

import { columns, type Node, rows, type Shape, sameShape, size } from '../graph/node.ts';

/** What is computed at a time: a node with instructions, or arithmetic of one shape. */
export interface Pass {
  /** In the order of their computation. */
  readonly nodes: readonly Node[];
  /** What is read from memory, each once. */
  readonly inputs: readonly Node[];
  /** Those of the nodes that are written to memory. */
  readonly results: readonly Node[];
  /** What stands for an input of a node: another of the nodes, or what is read. */
  readonly operand: (input: Node) => Node;
}

/** How kernels see a shape: rows and columns. */
export function space(shape: Shape): [r: number, c: number] {
  return [rows(shape), columns(shape)];
}

/** Makes passes of nodes that are computed, each after its inputs; `merged` is computed in place of a given node. */
export type Fuser = (
  order: readonly Node[],
  merged: (node: Node) => Node,
  /** What must be in memory when the program has run. */
  kept: readonly Node[],
) => Pass[];

/** Every node by itself: what fusing is compared with. */
export const apart: Fuser = (order, merged) =>
  order.map((node) => ({
    nodes: [node],
    inputs: [...new Set(node.inputs.map(merged))],
    results: [node],
    operand: merged,
  }));

/** Nodes in a pass, at the most: enough for any optimizer, little enough to be compiled at once. */
const MOST_NODES = 100;

/** Vectors that were computed before, in a pass, at the most: until it begins, all of them must be kept. */
const MOST_WAITING = 8;

export const fuse: Fuser = (order, merged, kept) => {
  /** The node whose memory is read. */
  const source = (node: Node): Node => {
    let at = merged(node);
    while (at.alias) at = merged(at.alias.of);
    return at;
  };
  /** As `source`, as long as it is the same elements. */
  const value = (node: Node): Node => {
    let at = merged(node);
    while (at.alias && at.alias.offset === 0 && size(at.shape) === size(at.alias.of.shape)) at = merged(at.alias.of);
    return at;
  };
  const consumers = new Map<Node, Set<Node>>();
  for (const node of order) {
    for (const input of node.inputs) {
      const from = source(input);
      const known = consumers.get(from);
      if (known) known.add(node);
      else consumers.set(from, new Set([node]));
    }
  }
  const consumersOf = (node: Node): Iterable<Node> => consumers.get(node) ?? [];
  const index = new Map(order.map((node, i) => [node, i]));
  const keptSources = new Set(kept.map(source));
  const done = new Set<Node>();

  /** The pass that ends with `last`: all that follows it is done already, so what it takes in moves towards the end. */
  const passTo = (last: Node): Pass => {
    const members = new Set<Node>();
    const isScalar = size(last.shape) === 1;
    const belongs = (node: Node): boolean => sameShape(space(node.shape), space(last.shape));
    /** Whether a member reads all of `node`, or its only element, and not some elements. */
    const reads = (member: Node, node: Node): boolean =>
      member.inputs.every(
        (input) =>
          source(input) !== node || (value(input) === node && sameShape(space(input.shape), space(node.shape))),
      );
    const waiting = (node: Node): number => {
      const all = [...members, node].flatMap(({ inputs }) => inputs.map(source));
      const vectors = all.filter((from) => from !== node && !members.has(from) && !from.leaf && belongs(from));
      return new Set(vectors).size;
    };
    const fits = (node: Node): boolean => {
      if (!node.lanes || done.has(node) || members.size === MOST_NODES) return false;
      const own = [...consumersOf(node)];
      if (!own.every((other) => done.has(other) && (!members.has(other) || reads(other, node)))) return false;
      if (belongs(node)) return waiting(node) <= MOST_WAITING;
      // A scalar is computed before the loop, where nobody else needs it.
      return size(node.shape) === 1 && !keptSources.has(node) && own.every((other) => members.has(other));
    };
    const take = (node: Node): void => {
      members.add(node);
      done.add(node);
      newest.push(node);
    };
    const newest: Node[] = [];
    take(last);
    for (let node = newest.pop(); last.lanes && node; node = newest.pop()) {
      for (const input of node.inputs) {
        const from = source(input);
        if (fits(from)) take(from);
        // Those that read the same vector.
        if (!isScalar && sameShape(space(input.shape), space(last.shape))) {
          for (const other of consumersOf(from)) if (belongs(other) && fits(other)) take(other);
        }
      }
    }
    const nodes = [...members].sort((a, b) => (index.get(a) ?? 0) - (index.get(b) ?? 0));
    const operand = (input: Node): Node => (members.has(value(input)) ? value(input) : merged(input));
    const inputs = nodes.flatMap((node) => node.inputs.map(operand)).filter((input) => !members.has(input));
    const results = nodes.filter(
      (node) => node === last || keptSources.has(node) || [...consumersOf(node)].some((other) => !members.has(other)),
    );
    return { nodes, inputs: [...new Set(inputs)], results, operand };
  };

  const passes: Pass[] = [];
  for (const node of order.toReversed()) if (!done.has(node)) passes.push(passTo(node));
  return passes.reverse();
};
