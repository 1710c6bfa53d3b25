// Operations that move elements and compute nothing.

import { columns, type Node, node, rows, type Shape, showShape, size } from '../node.ts';
import { reshape } from './sum.ts';

/** `shape` elements of x, row by row, from element `offset` on; no copy. */
export function slice(x: Node, offset: number, shape: Shape, name?: string): Node {
  if (offset < 0 || offset + size(shape) > size(x.shape)) {
    throw new Error(`slice: ${showShape(shape)} at ${offset} does not lie within ${showShape(x.shape)}`);
  }
  return node({
    op: 'slice',
    takesIntegers: true,
    ...(name !== undefined && { name }),
    inputs: [x],
    attributes: [offset],
    shape,
    type: x.type,
    alias: { of: x, offset },
  });
}

/** All elements of `parts`, one after the other, as [n]; most parts are computed in place. */
export function concatenate(parts: readonly Node[]): Node {
  let total = 0;
  const offsets = parts.map((part) => {
    const offset = total;
    total += size(part.shape);
    return offset;
  });
  return node({
    op: 'concatenate',
    inputs: parts,
    shape: [total],
    gathers: true,
    vjp: (g) => parts.map((part, i) => slice(g, offsets[i] ?? 0, part.shape)),
    emit: (at, y) =>
      parts.flatMap((part, i) => {
        const to = y + 4 * (offsets[i] ?? 0);
        return at(part) === to ? [] : [['copy', to, at(part), 4 * size(part.shape)] as const];
      }),
  });
}

/** Rows `index`[b] (int32) of x[n, c], as float32 [b, c]. */
export function gather(x: Node, index: Node): Node {
  const shape = [size(index.shape), columns(x.shape)];
  const kernel = { f32: 'gatherFloats', i32: 'gatherIntegers', u8: 'gatherBytes' }[x.type];
  return node({
    op: 'gather',
    takesIntegers: true,
    inputs: [x, index],
    shape,
    emit: (at, y) => [[kernel, y, at(x), at(index), rows(shape), columns(shape)]],
  });
}

/** x[a, b, c, d] with its axes b and c exchanged: [a, c, b, d]. */
export function swapMiddleAxes(x: Node): Node {
  const [a = 1, b = 1, c = 1, d = 1] = x.shape;
  if (x.shape.length !== 4) throw new Error(`swapMiddleAxes: expected four axes, got ${showShape(x.shape)}`);
  const [inner] = x.inputs;
  if (x.op === 'swapMiddleAxes' && inner) return inner;
  return node({
    op: 'swapMiddleAxes',
    inputs: [x],
    shape: [a, c, b, d],
    vjp: (g) => [swapMiddleAxes(g)],
    emit: (at, y) => [['swapMiddleAxes', y, at(x), a, b, c, d]],
  });
}

/** Tensors of equal axes side by side: [.., d] each → [.., parts d]. */
export function join(parts: readonly Node[]): Node {
  const [first] = parts;
  if (!first || parts.length === 1) return first ?? concatenate(parts);
  const { shape } = first;
  const stacked = reshape(concatenate(parts), [1, parts.length, rows(shape), columns(shape)]);
  return reshape(swapMiddleAxes(stacked), [...shape.slice(0, -1), parts.length * columns(shape)]);
}

/** A copy of x. No gradient. */
export function copy(x: Node): Node {
  const bytes = (x.type === 'u8' ? 1 : 4) * size(x.shape);
  return node({
    op: 'copy',
    takesIntegers: true,
    inputs: [x],
    shape: x.shape,
    type: x.type,
    inPlace: true,
    emit: (at, y) => [['copy', y, at(x), bytes]],
  });
}
