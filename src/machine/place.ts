// Decides which nodes of a program share memory, and for how long each piece of memory is needed.
// A node lies either by itself, as a root, or within another node's memory.

import { type ElementType, isComputed, type Node, type Shape, size } from '../graph/node.ts';
import type { Pass } from './fuse.ts';
import type { Schedule } from './schedule.ts';

export interface Place {
  /** The node whose memory this is. */
  readonly root: Node;
  /** Where in it, in bytes. */
  readonly offset: number;
}

/** Memory that is needed from before pass `first` until after pass `last`. */
export interface Buffer {
  readonly root: Node;
  readonly bytes: number;
  readonly first: number;
  readonly last: number;
}

export interface Placement {
  readonly place: (node: Node) => Place;
  /** The transient memory of the program: one buffer per root that is no state and no data. */
  readonly buffers: readonly Buffer[];
}

export function bytesOf({ shape, type }: { readonly shape: Shape; readonly type: ElementType }): number {
  return size(shape) * (type === 'u8' ? 1 : 4);
}

/** Whether a root lies in the state or data zone, whose memory is not planned. */
function isPermanent(root: Node): boolean {
  return root.leaf !== undefined && root.leaf.zone !== 'input';
}

export function place({ passes, leaves, merged, updates, outputs }: Schedule): Placement {
  const within = new Map<Node, { host: Node; offset: number }>();
  const placeOf = (given: Node): Place => {
    let node = merged(given);
    let offset = 0;
    for (;;) {
      const inner = within.get(node);
      if (!inner) {
        if (!node.alias) return { root: node, offset };
        offset += node.alias.offset * (node.type === 'u8' ? 1 : 4);
        node = merged(node.alias.of);
      } else {
        offset += inner.offset;
        node = inner.host;
      }
    }
  };

  const index = new Map(passes.flatMap(({ results }, i) => results.map((node) => [node, i] as const)));
  const lastUse = new Map<Node, number>();
  const use = (node: Node, at: number): void => {
    const { root } = placeOf(node);
    lastUse.set(root, Math.max(lastUse.get(root) ?? -1, at));
  };
  /** Whether all that a pass reads of a root's memory lies exactly where the elements of `node` would be written. */
  const readsAlign = (i: number, node: Node, { root, offset }: Place): boolean =>
    (passes[i]?.inputs ?? []).every((input) => {
      const place = placeOf(input);
      return place.root !== root || (place.offset === offset && bytesOf(input) === bytesOf(node));
    });

  placeParts(passes, merged, within);
  for (const [i, { inputs }] of passes.entries()) for (const input of inputs) use(input, i);
  for (const output of outputs) use(output, passes.length);

  // A new value is computed right over the old one where no later instruction reads the old one.
  for (const [target, value] of updates) {
    const { root, offset } = placeOf(target);
    const at = index.get(value) ?? -1;
    const free = value.inPlace && !within.has(value) && (lastUse.get(root) ?? -1) <= at;
    if (free && readsAlign(at, value, { root, offset })) within.set(value, { host: root, offset });
    else use(value, passes.length);
  }

  // An elementwise result is written over an operand that nobody needs any more.
  for (const [i, { inputs, results }] of passes.entries()) {
    for (const node of results) {
      if (!node.inPlace || within.has(node)) continue;
      const host = inputs
        .map((input) => placeOf(input).root)
        .find(
          (root) =>
            !isPermanent(root) &&
            lastUse.get(root) === i &&
            bytesOf(root) === bytesOf(node) &&
            readsAlign(i, node, { root, offset: 0 }),
        );
      if (!host) continue;
      lastUse.set(host, lastUse.get(node) ?? i);
      within.set(node, { host, offset: 0 });
    }
  }

  const firstUse = new Map<Node, number>();
  for (const [i, { results }] of passes.entries()) {
    for (const node of results) {
      const { root } = placeOf(node);
      if (!firstUse.has(root)) firstUse.set(root, i);
    }
  }
  for (const input of leaves.filter(({ leaf }) => leaf?.zone === 'input')) firstUse.set(input, -1);

  const buffers = [...firstUse]
    .filter(([root]) => !isPermanent(root))
    .map(([root, first]) => ({ root, bytes: bytesOf(root), first, last: lastUse.get(root) ?? passes.length }));
  return { place: placeOf, buffers };
}

/** Lets the parts of a concatenation be computed where they will stand. */
function placeParts(
  passes: readonly Pass[],
  merged: (node: Node) => Node,
  within: Map<Node, { host: Node; offset: number }>,
): void {
  for (const whole of passes.flatMap(({ nodes }) => nodes).filter(({ gathers }) => gathers)) {
    let offset = 0;
    for (const part of whole.inputs) {
      let node = merged(part);
      while (node.alias && node.alias.offset === 0 && bytesOf(node) === bytesOf(node.alias.of)) {
        node = merged(node.alias.of);
      }
      if (isComputed(node) && !node.gathers && !within.has(node)) within.set(node, { host: whole, offset });
      offset += bytesOf(part);
    }
  }
}
