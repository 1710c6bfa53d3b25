// Reverse-mode differentiation: walks the graph from the loss to its leaves and adds up what each node
// hands to its inputs. The result is again a graph.

import { constant, type Node, showShape, size } from './node.ts';
import { add, expand } from './ops/index.ts';
import { topological } from './topological.ts';

/**
 * The gradients of the scalar `loss` with respect to each of `parameters`, of their shapes; zeros where the loss does
 * not depend on one.
 *
 * @throws when the loss is no scalar, or depends on a parameter through an operation without derivative
 */
export function gradient(loss: Node, parameters: readonly Node[]): Node[] {
  if (size(loss.shape) !== 1) {
    throw new Error(`gradient: the loss must be a scalar, got shape ${showShape(loss.shape)}; take its mean or sum`);
  }
  const order = topological([loss]);
  const dependent = new Set(parameters);
  const isOnTheWay = ({ inputs }: Node): boolean => inputs.some((input) => dependent.has(input));
  for (const node of order) if (isOnTheWay(node)) dependent.add(node);

  const gradients = new Map<Node, Node>([[loss, expand(constant(1), loss.shape)]]);
  for (const node of order.reverse()) {
    const outer = gradients.get(node);
    if (!outer || !isOnTheWay(node)) continue;
    if (!node.vjp) throw new Error(`gradient: ${node.op} has none; the loss must not depend on parameters through it`);
    for (const [i, inner] of node.vjp(outer, node).entries()) {
      const input = node.inputs[i];
      if (!inner || !input) continue;
      const sum = gradients.get(input);
      gradients.set(input, sum ? add(sum, inner) : inner);
    }
  }
  return parameters.map((node) => gradients.get(node) ?? expand(constant(0), node.shape));
}
