// A program as text, one line per node: what a person reads to see what is computed, and what a
// checkpoint's hash of the program is taken from.

import type { Node } from './node.ts';

/**
 * `%3 multiply %1[4,3] scale[] -> [4,3]`, with names in place of numbers where there are any.
 * @param order the nodes that are computed
 * @param merged the node that is computed in place of a given one
 */
export function printNodes(order: readonly Node[], merged: (node: Node) => Node): string[] {
  const numbers = new Map(order.map((node, i) => [node, i]));
  const name = (given: Node): string => {
    const node = merged(given);
    return node.name ?? (node.alias ? name(node.alias.of) : `%${numbers.get(node)}`);
  };
  const shape = (node: Node): string => `[${node.shape.join(',')}]`;
  return order.map((node, i) => {
    const inputs = node.inputs.map((input) => name(input) + shape(input));
    const attributes = node.attributes.length ? [`{${node.attributes.join(' ')}}`] : [];
    return [`%${i}`, node.op, ...inputs, ...attributes, '->', shape(node)].join(' ');
  });
}
