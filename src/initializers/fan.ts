// Scaling by the number of a weight's inputs and outputs, shared by glorot and he.

import { checkOneOf, settle } from '../catalogue.ts';
import { columns, type Node, rows, type Shape, size } from '../graph/node.ts';
import type { Stream } from '../graph/ops/index.ts';
import { multiply, randomNormal } from '../graph/ops/index.ts';
import { uniform } from './uniform.ts';

const distributions = ['uniform', 'normal'] as const;
type Distribution = (typeof distributions)[number];

export interface FanOptions {
  /** Default 'uniform'. */
  readonly distribution?: Distribution;
  /** Multiplies the standard deviation. Default 1. */
  readonly gain?: number;
}

/** @param distribution if none is given */
export function settleFan(what: string, options: FanOptions, distribution: Distribution): Required<FanOptions> {
  const settled = settle(what, options, { distribution, gain: 1 });
  checkOneOf(what, 'distribution', settled.distribution, distributions);
  return settled;
}

/** Number of inputs and outputs of a weight [in, out], or of the weights [height, width, in, out] of a convolution. */
export function fans(shape: Shape): { readonly fanIn: number; readonly fanOut: number } {
  return { fanIn: rows(shape), fanOut: columns(shape) * size(shape.slice(0, -2)) };
}

/** Values of mean 0 and standard deviation `std`. */
export function spread(std: number, distribution: Distribution, shape: Shape, stream: Stream): Node {
  if (distribution === 'normal') return multiply(randomNormal(stream, shape), std);
  const bound = Math.sqrt(3) * std;
  return uniform({ low: -bound, high: bound })(shape, stream);
}
