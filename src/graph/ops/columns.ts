// Some of the columns of a matrix, and their opposite: a matrix that is zero elsewhere. Each is the other's derivative.

import { columns, type Node, node, rows, showShape } from '../node.ts';

function copyColumns(op: string, x: Node, c: number, from: number, count: number, width: number): Node {
  if (!(Number.isInteger(from) && Number.isInteger(count) && from >= 0 && count > 0 && from + count <= c)) {
    throw new Error(`${op}: there are no columns ${from} to ${from + count} of ${c}, for ${showShape(x.shape)}`);
  }
  return node({
    op,
    inputs: [x],
    attributes: [from],
    shape: [...x.shape.slice(0, -1), width],
    vjp: (g) => [op === 'sliceColumns' ? placeColumns(g, from, c) : sliceColumns(g, from, count)],
    emit: (at, y) => [[op, y, at(x), rows(x.shape), c, from, count]],
  });
}

/** Columns `from`, from + 1, … of x[.., c], `count` of them: [.., count]. */
export function sliceColumns(x: Node, from: number, count: number): Node {
  return copyColumns('sliceColumns', x, columns(x.shape), from, count, count);
}

/** x[.., count] as the columns `from`, from + 1, … of a matrix [.., c] that is zero elsewhere. */
export function placeColumns(x: Node, from: number, c: number): Node {
  return copyColumns('placeColumns', x, c, from, columns(x.shape), c);
}
