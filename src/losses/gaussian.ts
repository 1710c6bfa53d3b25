// Gaussian distributions with independent components, as a model puts them out: means and logarithms of variances side by
// side in [.., 2k].

import type { Node } from '../graph/node.ts';
import { add, exp, multiply, negate, square, subtract } from '../graph/ops/index.ts';
import { halves } from './loss.ts';

export interface Gaussian {
  /** [.., k]. */
  readonly mean: Node;
  /** [.., k]. */
  readonly logVariance: Node;
}

/** @param what names the function in errors */
export function gaussianOf(what: string, x: Node): Gaussian {
  const [mean, logVariance] = halves(what, x);
  return { mean, logVariance };
}

/** Kullback–Leibler divergence of p from q, of each component: ½ (log v_q − log v_p + (v_p + (m_p − m_q)²) / v_q − 1). */
export function gaussianDivergence(p: Gaussian, q: Gaussian): Node {
  const logRatio = subtract(p.logVariance, q.logVariance);
  const distance = multiply(square(subtract(p.mean, q.mean)), exp(negate(q.logVariance)));
  return multiply(subtract(subtract(add(exp(logRatio), distance), logRatio), 1), 0.5);
}
