// Sequences x[n, T, d] of n samples and T time steps, and their masks [n, T]: 1 where there is a step, 0 where there is
// padding. Inside of recurrent layers time comes first, [T n, d], so that a step is one piece of memory.

import { checkOneOf } from '../catalogue.ts';
import { constant, type Node, showShape, size } from '../graph/node.ts';
import {
  add,
  concatenate,
  divide,
  expand,
  maxPool2d,
  multiply,
  reshape,
  slice,
  subtract,
  sumColumns,
  sumGroups,
  swapMiddleAxes,
} from '../graph/ops/index.ts';
import { checkNode } from './scope.ts';

/** So far below all others that a softmax or a maximum does not see it. */
export const FAR_BELOW = 1e30;

export const poolings = ['mean', 'sum', 'max', 'last'] as const;
export type Pooling = (typeof poolings)[number];

/** n, T and d of x[n, T, d]. */
export function sequenceSizes(layer: string, x: Node): readonly [n: number, steps: number, units: number] {
  checkNode(layer, 'the sequence', x);
  const { shape } = x;
  const [n = 1, steps = 1, units = 1] = shape;
  if (shape.length !== 3) throw new Error(`${layer}: expected sequences [n, steps, units], got ${showShape(shape)}`);
  return [n, steps, units];
}

/** x[n, T, d] as [T, n, d]. */
export function timeFirst(x: Node): Node {
  const [n, steps, units] = sequenceSizes('timeFirst', x);
  return reshape(swapMiddleAxes(reshape(x, [1, n, steps, units])), [steps, n, units]);
}

/** x[T, n, d] as [n, T, d]: the same exchange. */
export const batchFirst = timeFirst;

/** The mask[n, T] as [T n, 1]. */
export function maskTimeFirst(mask: Node, n: number, steps: number): Node {
  if (size(mask.shape) !== n * steps) {
    throw new Error(`mask: expected [${n}, ${steps}], one number per time step, got ${showShape(mask.shape)}`);
  }
  return reshape(timeFirst(reshape(mask, [n, steps, 1])), [steps * n, 1]);
}

/**
 * One vector for each sequence: x[n, T, d] → [n, d]. Steps that the mask[n, T] leaves out do not count; `last` is the last
 * step that it has, and needs all of a sequence's steps in one piece.
 */
export function poolOverTime(x: Node, kind: Pooling, mask?: Node): Node {
  const [n, steps, units] = sequenceSizes('poolOverTime', x);
  checkOneOf('poolOverTime', 'the kind', kind, poolings);
  const flat = reshape(x, [n * steps, units]);
  const each = mask && reshape(mask, [n * steps, 1]);
  if (kind === 'max') {
    const hidden = each && multiply(subtract(each, 1), FAR_BELOW);
    const masked = each && hidden ? add(multiply(flat, each), hidden) : flat;
    return reshape(maxPool2d(reshape(masked, [n, steps, 1, units]), { size: [steps, 1] }), [n, units]);
  }
  if (kind === 'last') {
    if (!mask) return slice(timeFirst(x), (steps - 1) * n * units, [n, units]);
    return sumGroups(multiply(flat, lastStep(mask, n, steps)), n);
  }
  const sum = sumGroups(each ? multiply(flat, each) : flat, n);
  if (kind === 'sum') return sum;
  return mask ? divide(sum, sumColumns(reshape(mask, [n, steps]))) : multiply(sum, 1 / steps);
}

/** 1 at the last step of each sequence, [n T, 1]: where the next one is padding, or there is none. */
function lastStep(mask: Node, n: number, steps: number): Node {
  const now = maskTimeFirst(mask, n, steps);
  const next = concatenate([slice(now, n, [(steps - 1) * n]), expand(constant(0), [n])]);
  const isLast = multiply(now, subtract(1, reshape(next, [steps * n, 1])));
  return reshape(batchFirst(reshape(isLast, [steps, n, 1])), [n * steps, 1]);
}
