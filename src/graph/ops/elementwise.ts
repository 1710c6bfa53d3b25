// Elementwise functions of one operand, y = f(x), and of two, y = f(a, b). One of two operands may be
// broadcast: it may have one row, one column, or a single element. What is arithmetic says how four elements are
// computed, for loops to be made of it; the rest has kernels of its name in assembly/map.ts and assembly/zip.ts.

import type { Lanes } from '../lanes.ts';
import * as four from '../lanes.ts';
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

/** @param lanes of arithmetic: four elements of y from four of x */
function map(op: string, vjp: (gradient: Node, x: Node, y: Node) => Node | undefined, lanes?: Lanes) {
  return (operand: Operand): Node => {
    const x = asNode(operand);
    return node({
      op,
      inputs: [x],
      shape: x.shape,
      inPlace: true,
      vjp: (g, y) => [vjp(g, x, y)],
      ...(lanes ? { lanes } : { emit: (at, y) => [[op, y, at(x), size(x.shape)]] }),
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

/** Rows and columns, then the row and column strides in elements of both operands; one long row where that will do. */
function extents(to: Shape, ...operands: readonly Shape[]): number[] {
  const n = size(to);
  if (operands.every((shape) => size(shape) === n || size(shape) === 1)) {
    return [1, n, ...operands.flatMap((shape) => [0, size(shape) === 1 && n > 1 ? 0 : 1])];
  }
  const strides = (shape: Shape) => [rows(shape) === 1 ? 0 : columns(shape), columns(shape) === 1 ? 0 : 1];
  return [rows(to), columns(to), ...operands.flatMap(strides)];
}

/** What a repeated operand repeats, if it fits: the kernel repeats by itself. */
function unexpanded(operand: Node, other: Node): Node {
  const inner = operand.op === 'expand' ? operand.inputs[0] : undefined;
  return inner && sameShape(other.shape, operand.shape) ? inner : operand;
}

type Vjp = (gradient: Node, a: Node, b: Node, y: Node) => readonly [Node | undefined, Node | undefined];

/**
 * @param lanes of arithmetic: four elements of y from four of a and of b
 * @param simplify a node that has the value already, as for x + 0
 */
function zip(op: string, vjp: Vjp, lanes?: Lanes, simplify?: (a: Node, b: Node) => Node | undefined) {
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
      ...(lanes ? { lanes } : { emit: (at, y) => [[op, y, at(a), at(b), ...extents(shape, a.shape, b.shape)]] }),
    });
  };
}

export const add = zip(
  'add',
  (g) => [g, g],
  four.add,
  (a, b) => (isConstant(a, 0) ? b : isConstant(b, 0) ? a : undefined),
);
export const subtract = zip('subtract', (g) => [g, negate(g)], four.subtract);
export const multiply = zip(
  'multiply',
  (g, a, b) => [multiply(g, b), multiply(g, a)],
  four.multiply,
  (a, b) => (isConstant(a, 1) ? b : isConstant(b, 1) ? a : undefined),
);
export const divide = zip('divide', (g, _a, b, y) => [divide(g, b), negate(divide(multiply(g, y), b))], four.divide);
/** aᵇ; where a is negative b must be whole. */
export const pow = zip('pow', (g, a, b, y) => [
  multiply(g, multiply(b, pow(a, subtract(b, 1)))),
  multiply(g, multiply(y, log(a))),
]);
/** The larger; the gradient goes to `a` where both are equal. */
export const maximum = zip(
  'maximum',
  (g, a, b) => [multiply(g, atLeast(a, b)), multiply(g, subtract(1, atLeast(a, b)))],
  four.maximum,
);
/** The smaller; the gradient goes to `a` where both are equal. */
export const minimum = zip(
  'minimum',
  (g, a, b) => [multiply(g, atLeast(b, a)), multiply(g, subtract(1, atLeast(b, a)))],
  four.minimum,
);
/** 1 where a ≥ b, else 0. */
export const atLeast = zip(
  'atLeast',
  () => [undefined, undefined],
  four.withConstants([1], (a, b, one) => four.and(one, four.atLeast(a, b))),
);

/** max(x, 0) − x t + log(1 + e^−|x|) for logits x and targets t in [0, 1]: −log of the probability of t. */
export const binaryCrossEntropy = zip('binaryCrossEntropy', (g, x, t) => [
  multiply(g, subtract(sigmoid(x), t)),
  negate(multiply(g, x)),
]);

export const negate = map('negate', (g) => negate(g), four.negate);
export const abs = map('abs', (g, x) => multiply(g, sign(x)), four.abs);
/** −1, 0 or 1, of which ±0 and NaN stay themselves; its gradient is 0. */
export const sign = map(
  'sign',
  () => undefined,
  four.withConstants([-0, 1, 0], (x, signBit, one, zero) =>
    four.select(four.or(four.and(x, signBit), one), x, four.greater(four.abs(x), zero)),
  ),
);
/** The next whole number below; its gradient is 0. */
export const floor = map('floor', () => undefined, four.floor);
export const square = map(
  'square',
  (g, x) => multiply(g, multiply(x, 2)),
  (x) => four.multiply(x, x),
);
export const sqrt = map('sqrt', (g, _x, y) => divide(multiply(g, 0.5), y), four.sqrt);
export const reciprocal = map(
  'reciprocal',
  (g, _x, y) => negate(multiply(g, square(y))),
  four.withConstants([1], (x, one) => four.divide(one, x)),
);
/**
 * x, or 0 where |x| < 2⁻¹⁰⁰ ≈ 7.9e-31; the gradient is that of x. Whatever decays is kept away from the denormal numbers
 * below 2⁻¹²⁶ by this, and what is made of it as well: processors take many times longer for them.
 */
export const flush = map(
  'flush',
  (g) => g,
  // Without `abs`, which is three instructions: not measurable within an update (bench/elementwise.ts).
  four.withConstants([2 ** -100, -(2 ** -100)], (x, most, least) =>
    four.without(x, four.and(four.less(x, most), four.greater(x, least))),
  ),
);
export const exp = map('exp', (g, _x, y) => multiply(g, y));
export const log = map('log', (g, x) => divide(g, x));
/** log(1 + x), accurate for small x. */
export const log1p = map('log1p', (g, x) => divide(g, add(x, 1)));
export const sin = map('sin', (g, x) => multiply(g, cos(x)));
export const cos = map('cos', (g, x) => negate(multiply(g, sin(x))));
export const erf = map('erf', (g, x) => multiply(g, multiply(exp(negate(square(x))), 2 / Math.sqrt(Math.PI))));

/** max(x, 0); its gradient at 0 is 0. */
export const relu = map(
  'relu',
  (g, _x, y) => reluGradient(g, y),
  // That −0 becomes 0 is the sum's doing. 2.5 times faster than `maximum` (bench/elementwise.ts, bias and relu).
  four.withConstants([0], (x, zero) => four.add(four.larger(x, zero), zero)),
);
export const tanh = map('tanh', (g, _x, y) => tanhGradient(g, y));
/** 1 / (1 + e^−x). */
export const sigmoid = map('sigmoid', (g, _x, y) => sigmoidGradient(g, y));
/** log(1 + eˣ). */
export const softplus = map('softplus', (g, x) => multiply(g, sigmoid(x)));
/** x / (1 + |x|). */
export const softsign = map(
  'softsign',
  (g, x) => divide(g, square(add(abs(x), 1))),
  four.withConstants([1], (x, one) => four.divide(x, four.add(one, four.abs(x)))),
);
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

// The derivatives of activations. g is the outer gradient.

/** g where y > 0, else 0. */
export const reluGradient = zip(
  'reluGradient',
  (g, _outer, y) => [reluGradient(g, y), undefined],
  four.withConstants([0], (g, y, zero) => four.and(g, four.greater(y, zero))),
);
/** g (1 − y²). */
export const tanhGradient = zip(
  'tanhGradient',
  (g, outer, y) => [tanhGradient(g, y), multiply(g, multiply(multiply(outer, y), -2))],
  four.withConstants([1], (g, y, one) => four.multiply(g, four.subtract(one, four.multiply(y, y)))),
);
/** g y (1 − y). */
export const sigmoidGradient = zip(
  'sigmoidGradient',
  (g, outer, y) => [sigmoidGradient(g, y), multiply(g, multiply(outer, subtract(1, multiply(y, 2))))],
  four.withConstants([1], (g, y, one) => four.multiply(four.multiply(g, y), four.subtract(one, y))),
);
