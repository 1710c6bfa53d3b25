// Functions of whole rows: softmax and the cross-entropy of its result.

import { columns, type Node, node, rows, type Shape, showShape, size } from '../node.ts';
import { exp, multiply, subtract } from './elementwise.ts';
import { sumColumns } from './sum.ts';

/** Exponentials of the kernel that are computed at a time; the same number stands in assembly/softmax.ts. */
const BLOCK = 2048;

function rowwise(op: string, vjp: (g: Node, y: Node) => Node) {
  return (x: Node): Node =>
    node({
      op,
      inputs: [x],
      shape: x.shape,
      vjp: (g, y) => [vjp(g, y)],
      emit: (at, y) => [[op, y, at(x), rows(x.shape), columns(x.shape)]],
    });
}

/** eˣ / Σ eˣ along each row. */
export const softmax = rowwise('softmax', (g, y) => multiply(y, subtract(g, sumColumns(multiply(g, y)))));

/** x − log Σ eˣ along each row. */
export const logSoftmax = rowwise('logSoftmax', (g, y) => subtract(g, multiply(exp(y), sumColumns(g))));

function checkTarget(op: string, x: Shape, target: Shape): void {
  const fits = rows(x) === rows(target) && (columns(target) === 1 || columns(target) === columns(x));
  if (!fits) {
    throw new Error(
      `${op}: target ${showShape(target)} does not fit logits ${showShape(x)}; give classes [n, 1] or one column per class`,
    );
  }
}

/**
 * −Σ target log softmax(x) of each row of the logits x[n, k], giving [n, 1]. The target is a class in [0, k) per row,
 * [n, 1], or a distribution per row, [n, k]. No gradient with respect to the target. Of what is no class the loss is NaN.
 */
export function softmaxCrossEntropy(x: Node, target: Node): Node {
  checkTarget('softmaxCrossEntropy', x.shape, target.shape);
  return node({
    op: 'softmaxCrossEntropy',
    inputs: [x, target],
    ...(columns(target.shape) === 1 && { indices: { input: 1, below: columns(x.shape) } }),
    shape: [rows(x.shape), 1],
    scratchBytes: 4 * Math.max(columns(x.shape), Math.min(BLOCK, size(x.shape))),
    vjp: (g) => [softmaxCrossEntropyGradient(g, x, target), undefined],
    emit: (at, y, scratch) => [
      ['softmaxCrossEntropy', y, at(x), at(target), scratch, rows(x.shape), columns(x.shape), columns(target.shape)],
    ],
  });
}

/** g (Σ target · softmax(x) − target), with g[n, 1]: the derivative of the cross-entropy by its logits. */
export function softmaxCrossEntropyGradient(g: Node, x: Node, target: Node): Node {
  checkTarget('softmaxCrossEntropyGradient', x.shape, target.shape);
  const outer = g.op === 'expand' && g.inputs[0] ? g.inputs[0] : g;
  const stride = rows(outer.shape) === 1 ? 0 : 1;
  return node({
    op: 'softmaxCrossEntropyGradient',
    inputs: [outer, x, target],
    shape: x.shape,
    emit: (at, y) => [
      [
        'softmaxCrossEntropyGradient',
        y,
        at(outer),
        at(x),
        at(target),
        rows(x.shape),
        columns(x.shape),
        columns(target.shape),
        stride,
      ],
    ],
  });
}
