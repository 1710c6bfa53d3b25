// Kullback–Leibler divergence of Gaussian distributions: Σ ½ (log v_p − log v_t + (v_t + (m_t − m_p)²) / v_p − 1), what is
// lost when the model's Gaussian stands for the target's. Output and target are means and logarithms of variances side by
// side, [.., 2k]; predictions are means and variances.

import { settle } from '../catalogue.ts';
import { exp, join } from '../graph/ops/index.ts';
import { gaussianDivergence, gaussianOf } from './gaussian.ts';
import type { Loss } from './loss.ts';

export function gaussianKl(options: Readonly<Record<never, never>> = {}): Loss {
  settle('gaussianKl', options, {});
  return {
    elements: (output, target) =>
      gaussianDivergence(gaussianOf('gaussianKl', target), gaussianOf('gaussianKl', output)),
    predict: (output) => {
      const { mean, logVariance } = gaussianOf('gaussianKl', output);
      return join([mean, exp(logVariance)]);
    },
  };
}
