// What the cases of operations are made of.

import { data, type Node, type Shape, size } from '../graph/node.ts';
import { range } from './item.ts';
import { generator } from './random.ts';

export interface OpCase {
  readonly name: string;
  readonly inputs: readonly Node[];
  readonly apply: (...inputs: Node[]) => Node;
  readonly reference: (...inputs: number[][]) => number[];
  /** Allowed error, in units of 2⁻²⁴ of the result or of `floor`, whichever is larger: 1 is correct rounding. */
  readonly units: number;
  /** Size of what is added up or cancelled on the way. */
  readonly floor: number;
  /** The derivative of its derivative is not implemented. */
  readonly onlyOnce?: boolean;
}

// Where inputs lie. Kinks are at whole numbers, so `besideWhole` and `besideHalf` also keep two operands apart.
const distributions = {
  any: (u: number) => 4 * u - 2,
  positive: (u: number) => 0.2 + 2 * u,
  fraction: (u: number) => 0.05 + 0.9 * u,
  within1: (u: number) => 1.8 * u - 0.9,
  nonZero: (u: number) => (u < 0.5 ? -0.2 - 4 * u : 0.2 + 4 * (u - 0.5)),
  besideWhole: (u: number) => Math.floor(6 * u) - 3 + 0.1 + 0.2 * ((60 * u) % 1),
  besideHalf: (u: number) => Math.floor(6 * u) - 3 + 0.6 + 0.2 * ((60 * u) % 1),
};
export type Distribution = keyof typeof distributions;

export const random = generator(1);

export function floats(shape: Shape, distribution: Distribution = 'any'): Node {
  return data('x', Float32Array.from(range(size(shape), () => distributions[distribution](random()))), shape);
}

export function integers(shape: Shape, below: number): Node {
  return data('i', Int32Array.from(range(size(shape), () => Math.floor(below * random()))), shape);
}

/** x[r, c] as a list of rows. */
export function rowsOf(x: readonly number[], c: number): number[][] {
  return range(x.length / c, (r) => x.slice(r * c, (r + 1) * c));
}
