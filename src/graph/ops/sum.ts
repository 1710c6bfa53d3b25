// Sums, and their opposite: repeating along an axis. Each is the other's derivative.

import { type Call, columns, type Node, node, rows, type Shape, sameShape, showShape, size } from '../node.ts';

/** Sum over all elements, a scalar. Accumulated in double precision. */
export function sum(x: Node): Node {
  return node({
    op: 'sum',
    inputs: [x],
    shape: [],
    vjp: (g) => [expand(g, x.shape)],
    emit: (at, y) => [['sumColumns', y, at(x), 1, size(x.shape)]],
  });
}

/** Sum over the rows of x[r, c], giving [1, c]. */
export function sumRows(x: Node): Node {
  const [r, c] = [rows(x.shape), columns(x.shape)];
  return node({
    op: 'sumRows',
    inputs: [x],
    shape: [1, c],
    vjp: (g) => [expand(g, x.shape)],
    emit: (at, y) => [['sumRows', y, at(x), r, c]],
  });
}

/** Sum over the columns of x[r, c], giving [r, 1]. Accumulated in double precision. */
export function sumColumns(x: Node): Node {
  const [r, c] = [rows(x.shape), columns(x.shape)];
  if (c === 1) return x;
  return node({
    op: 'sumColumns',
    inputs: [x],
    shape: [...x.shape.slice(0, -1), 1],
    vjp: (g) => [expand(g, x.shape)],
    emit: (at, y) => [['sumColumns', y, at(x), r, c]],
  });
}

/** The sums of every k rows that follow each other in x[n k, c], giving [n, c]; the k rows in their order. */
export function sumGroups(x: Node, n: number): Node {
  const [r, c] = [rows(x.shape), columns(x.shape)];
  const k = r / n;
  if (!Number.isInteger(k)) throw new Error(`sumGroups: ${r} rows cannot be ${n} groups of one size`);
  return node({
    op: 'sumGroups',
    inputs: [x],
    attributes: [n],
    shape: [n, c],
    vjp: (g) => [reshape(repeatRows(g, k), x.shape)],
    emit: (at, y) => range(n, (i) => ['sumRows', y + 4 * i * c, at(x) + 4 * i * k * c, k, c]),
  });
}

/** Each row of x[n, c] k times, one after the other: [n k, c]. */
export function repeatRows(x: Node, k: number): Node {
  const [n, c] = [rows(x.shape), columns(x.shape)];
  return node({
    op: 'repeatRows',
    inputs: [x],
    attributes: [k],
    shape: [n * k, c],
    vjp: (g) => [reshape(sumGroups(g, n), x.shape)],
    emit: (at, y) => range(n, (i) => ['expand', y + 4 * i * k * c, at(x) + 4 * i * c, k, c, 0, 1]),
  });
}

function range(n: number, call: (i: number) => Call): Call[] {
  return Array.from({ length: n }, (_, i) => call(i));
}

/** x, summed over the axes along which an operand of shape `shape` was repeated. */
export function sumTo(x: Node, shape: Shape): Node {
  if (rows(shape) === rows(x.shape) && columns(shape) === columns(x.shape)) return reshape(x, shape);
  if (size(shape) === 1) return reshape(sum(x), shape);
  if (rows(shape) === rows(x.shape) && columns(shape) === 1) return reshape(sumColumns(x), shape);
  if (rows(shape) === 1 && columns(shape) === columns(x.shape)) return reshape(sumRows(x), shape);
  throw new Error(
    `sumTo: cannot sum ${showShape(x.shape)} to ${showShape(shape)}; expected one row, one column or one`,
  );
}

/** x, which has one row, one column or one element, repeated to `shape`. */
export function expand(x: Node, shape: Shape): Node {
  if (sameShape(x.shape, shape)) return x;
  const [r, c] = [rows(x.shape), columns(x.shape)];
  if (!((r === 1 || r === rows(shape)) && (c === 1 || c === columns(shape)))) {
    throw new Error(
      `expand: cannot repeat ${showShape(x.shape)} to ${showShape(shape)}; expected one row, one column or one element`,
    );
  }
  return node({
    op: 'expand',
    inputs: [x],
    shape,
    vjp: (g) => [sumTo(g, x.shape)],
    emit: (at, y) => [['expand', y, at(x), rows(shape), columns(shape), r === 1 ? 0 : c, c === 1 ? 0 : 1]],
  });
}

/** The same elements in the same order under another shape; no copy. */
export function reshape(x: Node, shape: Shape): Node {
  if (sameShape(x.shape, shape)) return x;
  if (size(x.shape) !== size(shape)) {
    throw new Error(`reshape: sizes differ, ${showShape(x.shape)} to ${showShape(shape)}`);
  }
  const [inner] = x.inputs;
  if (x.op === 'reshape' && inner) return reshape(inner, shape);
  return node({
    op: 'reshape',
    takesIntegers: true,
    inputs: [x],
    shape,
    type: x.type,
    alias: { of: x, offset: 0 },
    vjp: (g) => [reshape(g, x.shape)],
  });
}
