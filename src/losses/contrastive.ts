// Contrastive (DrLIM): pulls the embeddings of like things together and pushes those of unlike ones apart. The output is
// the two embeddings side by side, [.., 2k]; the target is 1 where they belong together, else 0. With their distance d:
//
//   t max(0, d − pull)² + pushWeight (1 − t) max(0, push − d)²,  d = √(Σ (a − b)² + 1e-8)
//
// Hadsell, Chopra & LeCun, "Dimensionality reduction by learning an invariant mapping", CVPR 2006, with the options of the
// original tool. A model puts both things through one network by making rows of them: [n, 2, …] → [2n, …] → [2n, k] → [n, 2k].

import { checkNumbers, settle } from '../catalogue.ts';
import type { Node } from '../graph/node.ts';
import { add, multiply, relu, sqrt, square, subtract, sumColumns } from '../graph/ops/index.ts';
import { halves, type Loss, mustBeProbabilities } from './loss.ts';

export interface ContrastiveOptions {
  /** Unlike things need not be farther apart. Default 1. */
  readonly push?: number;
  /** Like things need not be closer. Default 0. */
  readonly pull?: number;
  /** Default 0.5. */
  readonly pushWeight?: number;
}

export function contrastive(options: ContrastiveOptions = {}): Loss {
  const { push, pull, pushWeight } = settle('contrastive', options, { push: 1, pull: 0, pushWeight: 0.5 });
  checkNumbers('contrastive', { push, pull, pushWeight });
  return {
    elements: (output, t) => {
      const d = distance(output);
      const apart = multiply(t, square(relu(subtract(d, pull))));
      const close = multiply(multiply(subtract(1, t), pushWeight), square(relu(subtract(push, d))));
      return add(apart, close);
    },
    predict: (output) => output,
    targetColumns: () => 1,
    complaint: mustBeProbabilities,
  };
}

/** Of the two halves of each row, [.., 1]. */
function distance(output: Node): Node {
  const [a, b] = halves('contrastive', output);
  return sqrt(add(sumColumns(square(subtract(a, b))), 1e-8));
}
