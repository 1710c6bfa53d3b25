// Orthonormal rows or columns, whichever are fewer, uniformly distributed among all such matrices.
// Saxe, McClelland & Ganguli, "Exact solutions to the nonlinear dynamics of learning in deep linear neural networks",
// ICLR 2014, arXiv:1312.6120.

import { settle } from '../catalogue.ts';
import { multiply, orthogonalize, randomNormal } from '../graph/ops/index.ts';
import type { Initializer } from './initializer.ts';

export interface OrthogonalOptions {
  /** Default 1. */
  readonly gain?: number;
}

export function orthogonal(options: OrthogonalOptions = {}): Initializer {
  const { gain } = settle('orthogonal', options, { gain: 1 });
  return (shape, stream) => multiply(orthogonalize(randomNormal(stream, shape)), gain);
}
