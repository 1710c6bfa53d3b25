// Cosine: 1 − the cosine of the angle between output and target, of each row; their lengths do not matter.
//
//   1 − Σ o t / (√(Σ o² + 1e-12) √(Σ t² + 1e-12))
//
// As PyTorch's `cosine_embedding_loss` of pairs that belong together.

import { settle } from '../catalogue.ts';
import type { Node } from '../graph/node.ts';
import { add, divide, multiply, sqrt, square, subtract, sumColumns } from '../graph/ops/index.ts';
import type { Loss } from './loss.ts';

export function cosine(options: Readonly<Record<never, never>> = {}): Loss {
  settle('cosine', options, {});
  return {
    elements: (output, target) => {
      const product = sumColumns(multiply(output, target));
      return subtract(1, divide(product, multiply(norm(output), norm(target))));
    },
    predict: (output) => output,
  };
}

function norm(x: Node): Node {
  return sqrt(add(sumColumns(square(x)), 1e-12));
}
