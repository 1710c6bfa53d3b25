// A program as text, one line per node: what a person reads to see what is computed, and what a
// checkpoint's hash of the program is taken from.

import type { Node } from './node.ts';
import type { Update } from './program.ts';

/**
 * A line per computed node, `%3 multiply %1[4,3] scale[] -> [4,3]`, with names in place of numbers where there are any,
 * then one per update, `velocity[13] <- %3`. Types are given where they are not float32.
 *
 * @param passes the nodes that are computed; those of one pass after its first are indented
 * @param merged the node that is computed in place of a given one
 */
export function printNodes(
  passes: readonly (readonly Node[])[],
  updates: readonly Update[],
  merged: (node: Node) => Node,
): string[] {
  const numbers = new Map(passes.flat().map((node, i) => [node, i]));
  const name = (given: Node): string => {
    const node = merged(given);
    return node.name ?? (node.alias ? name(node.alias.of) : `%${numbers.get(node)}`);
  };
  const shape = ({ shape, type }: Node): string => `[${shape.join(',')}]${type === 'f32' ? '' : type}`;
  const line = (node: Node, i: number): string => {
    const inputs = node.inputs.map((input) => name(input) + shape(input));
    const attributes = node.attributes.length ? [`{${node.attributes.join(' ')}}`] : [];
    const number = `${i === 0 ? '' : '  '}%${numbers.get(node)}`;
    return [number, node.op, ...inputs, ...attributes, '->', shape(node)].join(' ');
  };
  return [
    ...passes.flatMap((nodes) => nodes.map(line)),
    ...updates.map(([target, value]) => `${name(target)}${shape(target)} <- ${name(value)}`),
  ];
}
