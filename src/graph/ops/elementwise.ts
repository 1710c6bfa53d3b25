// Elementwise functions of one operand, y = f(x), and of two, y = f(a, b). One of two operands may be
// broadcast: it may have one row, one column, or a single element.

import {
  asNode,
  columns,
  isConstant,
  type Node,
  node,
  type Operand,
  rows,
  type Shape,
  sameShape,
  showShape,
  size,
} from '../node.ts';
import { sumTo } from './sum.ts';

function map(op: string, vjp: (gradient: Node, x: Node, y: Node) => Node | undefined) {
  return (operand: Operand): Node => {
    const x = asNode(operand);
    return node({
      op,
      inputs: [x],
      shape: x.shape,
      inPlace: true,
      vjp: (g, y) => [vjp(g, x, y)],
      emit: (at, y) => [[op, y, at(x), size(x.shape)]],
    });
  };
}

/** Whether an operand of shape `small` can be repeated to shape `large`. */
function broadcasts(small: Shape, large: Shape): boolean {
  const [r, c] = [rows(small), columns(small)];
  return (r === 1 || r === rows(large)) && (c === 1 || c === columns(large)) && small.length <= large.length;
}

/** The wider of two shapes of which one broadcasts to the other. */
function broadcastShape(op: string, a: Shape, b: Shape): Shape {
  if (broadcasts(b, a)) return a;
  if (broadcasts(a, b)) return b;
  throw new Error(
    `${op}: shapes do not fit, ${showShape(a)} and ${showShape(b)}; an operand may have one row, one column or one element`,
  );
}

/** Row and column stride, in elements, with which an operand is read to fill `to`. */
function strides(from: Shape): [row: number, column: number] {
  return [rows(from) === 1 ? 0 : columns(from), columns(from) === 1 ? 0 : 1];
}

/** What a repeated operand repeats, if it fits: the kernel repeats by itself. */
function unexpanded(operand: Node, other: Node): Node {
  const inner = operand.op === 'expand' ? operand.inputs[0] : undefined;
  return inner && sameShape(other.shape, operand.shape) ? inner : operand;
}

type Vjp = (gradient: Node, a: Node, b: Node, y: Node) => readonly [Node | undefined, Node | undefined];

/** @param simplify a node that has the value already, as for x + 0 */
function zip(op: string, vjp: Vjp, simplify?: (a: Node, b: Node) => Node | undefined) {
  return (left: Operand, right: Operand): Node => {
    const wide = [asNode(left), asNode(right)] as const;
    const shape = broadcastShape(op, wide[0].shape, wide[1].shape);
    const a = unexpanded(wide[0], wide[1]);
    const b = unexpanded(wide[1], a);
    const simpler = simplify?.(a, b);
    if (simpler && sameShape(simpler.shape, shape)) return simpler;
    return node({
      op,
      inputs: [a, b],
      shape,
      inPlace: true,
      vjp: (g, y) => {
        const [forA, forB] = vjp(g, a, b, y);
        return [forA && sumTo(forA, a.shape), forB && sumTo(forB, b.shape)];
      },
      emit: (at, y) => {
        const n = size(shape);
        const flat = [a, b].every(({ shape }) => size(shape) === n || size(shape) === 1);
        const [r, c] = flat ? [1, n] : [rows(shape), columns(shape)];
        const stride = (x: Shape): [number, number] => (flat ? [0, size(x) === 1 && n > 1 ? 0 : 1] : strides(x));
        return [[op, y, at(a), at(b), r, c, ...stride(a.shape), ...stride(b.shape)]];
      },
    });
  };
}

export const add = zip(
  'add',
  (g) => [g, g],
  (a, b) => (isConstant(a, 0) ? b : isConstant(b, 0) ? a : undefined),
);
export const subtract = zip('subtract', (g) => [g, negate(g)]);
export const multiply = zip(
  'multiply',
  (g, a, b) => [multiply(g, b), multiply(g, a)],
  (a, b) => (isConstant(a, 1) ? b : isConstant(b, 1) ? a : undefined),
);
export const divide = zip('divide', (g, _a, b, y) => [divide(g, b), negate(divide(multiply(g, y), b))]);
/** aᵇ; where a is negative b must be whole. */
export const pow = zip('pow', (g, a, b, y) => [
  multiply(g, multiply(b, pow(a, subtract(b, 1)))),
  multiply(g, multiply(y, log(a))),
]);
/** The larger; the gradient goes to `a` where both are equal. */
export const maximum = zip('maximum', (g, a, b) => [
  multiply(g, atLeast(a, b)),
  multiply(g, subtract(1, atLeast(a, b))),
]);
/** The smaller; the gradient goes to `a` where both are equal. */
export const minimum = zip('minimum', (g, a, b) => [
  multiply(g, atLeast(b, a)),
  multiply(g, subtract(1, atLeast(b, a))),
]);
/** 1 where a ≥ b, else 0. */
export const atLeast = zip('atLeast', () => [undefined, undefined]);

/** max(x, 0) − x t + log(1 + e^−|x|) for logits x and targets t in [0, 1]: −log of the probability of t. */
export const binaryCrossEntropy = zip('binaryCrossEntropy', (g, x, t) => [
  multiply(g, subtract(sigmoid(x), t)),
  negate(multiply(g, x)),
]);

export const negate = map('negate', (g) => negate(g));
export const abs = map('abs', (g, x) => multiply(g, sign(x)));
/** −1, 0 or 1; its gradient is 0. */
export const sign = map('sign', () => undefined);
/** The next whole number below; its gradient is 0. */
export const floor = map('floor', () => undefined);
export const square = map('square', (g, x) => multiply(g, multiply(x, 2)));
export const sqrt = map('sqrt', (g, _x, y) => divide(multiply(g, 0.5), y));
export const reciprocal = map('reciprocal', (g, _x, y) => negate(multiply(g, square(y))));
export const exp = map('exp', (g, _x, y) => multiply(g, y));
export const log = map('log', (g, x) => divide(g, x));
/** log(1 + x), accurate for small x. */
export const log1p = map('log1p', (g, x) => divide(g, add(x, 1)));
export const sin = map('sin', (g, x) => multiply(g, cos(x)));
export const cos = map('cos', (g, x) => negate(multiply(g, sin(x))));
export const erf = map('erf', (g, x) => multiply(g, multiply(exp(negate(square(x))), 2 / Math.sqrt(Math.PI))));

/** max(x, 0); its gradient at 0 is 0. */
export const relu = map('relu', (g, _x, y) => reluGradient(g, y));
export const tanh = map('tanh', (g, _x, y) => tanhGradient(g, y));
/** 1 / (1 + e^−x). */
export const sigmoid = map('sigmoid', (g, _x, y) => sigmoidGradient(g, y));
/** log(1 + eˣ). */
export const softplus = map('softplus', (g, x) => multiply(g, sigmoid(x)));
/** x / (1 + |x|). */
export const softsign = map('softsign', (g, x) => divide(g, square(add(abs(x), 1))));
/** x Φ(x), Φ the normal distribution function (Hendrycks & Gimpel 2016, arXiv:1606.08415, the exact form). */
export const gelu = map('gelu', (g, x) => {
  const distribution = multiply(add(erf(multiply(x, Math.SQRT1_2)), 1), 0.5);
  const density = multiply(exp(multiply(square(x), -0.5)), 1 / Math.sqrt(2 * Math.PI));
  return multiply(g, add(distribution, multiply(x, density)));
});
/** x σ(x) (also called swish). */
export const silu = map('silu', (g, x, y) => {
  const s = sigmoid(x);
  return multiply(g, add(s, multiply(y, subtract(1, s))));
});

// The derivatives of activations, fused: one pass instead of several. g is the outer gradient.

/** g where y > 0, else 0. */
export const reluGradient = zip('reluGradient', (g, _outer, y) => [reluGradient(g, y), undefined]);
/** g (1 − y²). */
export const tanhGradient = zip('tanhGradient', (g, outer, y) => [
  tanhGradient(g, y),
  multiply(g, multiply(multiply(outer, y), -2)),
]);
/** g y (1 − y). */
export const sigmoidGradient = zip('sigmoidGradient', (g, outer, y) => [
  sigmoidGradient(g, y),
  multiply(g, multiply(outer, subtract(1, multiply(y, 2)))),
]);
