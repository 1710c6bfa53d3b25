// Reverse-mode differentiation: walks the graph from the loss to its leaves and adds up what each node
// hands to its inputs. The result is again a graph.

import { constant, type Node, showShape, size } from './node.ts';
import { add, concatenate, expand, matmul, reshape } from './ops/index.ts';
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

  const received = new Map<Node, Received>();
  const receivedBy = (node: Node): Received => {
    const known = received.get(node) ?? { terms: [], parts: [] };
    received.set(node, known);
    return known;
  };
  receivedBy(loss).terms.push(expand(constant(1), loss.shape));
  const totals = new Map<Node, Node>();
  for (const node of order.reverse()) {
    const outer = totalOf(node, received.get(node));
    if (!outer) continue;
    totals.set(node, outer);
    if (!isOnTheWay(node)) continue;
    const [host] = node.inputs;
    if (node.alias && host && !node.vjp) {
      receivedBy(host).parts.push({ offset: node.alias.offset, gradient: outer });
      continue;
    }
    if (!node.vjp) throw new Error(`gradient: ${node.op} has none; the loss must not depend on parameters through it`);
    for (const [i, inner] of node.vjp(outer, node).entries()) {
      const input = node.inputs[i];
      if (inner && input) receivedBy(input).terms.push(inner);
    }
  }
  return parameters.map((node) => totals.get(node) ?? expand(constant(0), node.shape));
}

/** What a node is handed: gradients of its shape, and of parts of it. */
interface Received {
  readonly terms: Node[];
  readonly parts: Part[];
}

interface Part {
  readonly offset: number;
  readonly gradient: Node;
}

function totalOf({ shape }: Node, received: Received | undefined): Node | undefined {
  if (!received) return undefined;
  // Kernels see two axes, and so do some derivatives.
  const terms = [...mergedProducts(received.terms), ...wholes(received.parts, size(shape))].map((term) =>
    reshape(term, shape),
  );
  return terms.length > 0 ? terms.reduce((sum, term) => add(sum, term)) : undefined;
}

/**
 * Parts put together to vectors of `length`, with zeros in between; more than one where parts overlap. A sequence that is
 * cut into its steps has its gradient from one such vector, and not from the sum of as many as there are steps.
 */
function wholes(parts: readonly Part[], length: number): Node[] {
  const found: Node[] = [];
  let left = parts.toSorted((a, b) => a.offset - b.offset);
  while (left.length > 0) {
    const pieces: Node[] = [];
    let end = 0;
    const gap = (to: number): void => {
      if (to > end) pieces.push(expand(constant(0), [to - end]));
    };
    left = left.filter((part) => {
      if (part.offset < end) return true;
      gap(part.offset);
      pieces.push(part.gradient);
      end = part.offset + size(part.gradient.shape);
      return false;
    });
    gap(length);
    found.push(concatenate(pieces));
  }
  return found;
}

/**
 * Of the terms aᵢᵀ bᵢ, by which a weight gets its gradient from every step of a sequence, one product of all aᵢ with all
 * bᵢ, one below the other: instead of many thin products, each as large as the weight, and their sum.
 */
function mergedProducts(terms: readonly Node[]): readonly Node[] {
  const thin = terms.filter(({ op, attributes }) => op === 'matmul' && attributes.join() === 'transposed,plain');
  if (thin.length < 2) return terms;
  const stacked = (which: 0 | 1): Node => {
    // The first steps come last.
    const operands = thin.flatMap(({ inputs }) => inputs[which] ?? []).reverse();
    const [columns] = operands[0]?.shape.slice(-1) ?? [1];
    const all = concatenate(operands);
    return reshape(all, [size(all.shape) / (columns ?? 1), columns ?? 1]);
  };
  return [...terms.filter((term) => !thin.includes(term)), matmul(stacked(0), stacked(1), { a: true })];
}
