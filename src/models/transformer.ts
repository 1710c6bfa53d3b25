// A small transformer: blocks of attention and of a dense layer at every step, each added to what it is given.
//
//   x ← x + attention(norm(x))
//   x ← x + dense(gelu(dense(norm(x))))
//
// Vaswani et al., "Attention is all you need", NIPS 2017, arXiv:1706.03762.
// Differs: norms come first in each branch (Xiong et al., ICML 2020, arXiv:2002.04745), gelu stands for relu.

import { checkSizes, settle } from '../catalogue.ts';
import type { Node } from '../graph/node.ts';
import { gelu } from '../graph/ops/index.ts';
import { attention, dense, dropout, layerNorm, positions, residual } from '../layers/index.ts';
import type { Scope } from '../layers/scope.ts';
import type { Model } from './model.ts';
import { type SequenceOptions, sequential } from './sequential.ts';

export interface TransformerOptions extends SequenceOptions {
  /** Columns of every step inside. Default 64. */
  readonly width?: number;
  /** Divides the width. Default 4. */
  readonly heads?: number;
  /** Blocks one after the other. Default 2. */
  readonly blocks?: number;
  /** Units of the dense layer of a block. Default: four times the width. */
  readonly hidden?: number;
  /** Whether a step sees only itself and those before, as is needed to predict the next. Default true. */
  readonly causal?: boolean;
  /** Part of what each branch adds that is left out at each step. Default 0. */
  readonly dropout?: number;
}

const defaults = {
  inputs: undefined,
  vocabulary: undefined,
  pooling: undefined,
  width: 64,
  heads: 4,
  blocks: 2,
  hidden: undefined,
  causal: true,
  dropout: 0,
} as const;

/** input[n, T, inputs] or whole numbers [n, T] → output[n, T, outputs], or with `pooling` [n, outputs]. */
export function transformer(options: TransformerOptions): Model {
  const settled = settle('transformer', options, defaults, ['outputs', 'loss']);
  const { width, heads, blocks, hidden = 4 * width, causal = true, dropout: rate } = settled;
  checkSizes('transformer', { width, heads, blocks, hidden });
  const block = (scope: Scope, name: string, x: Node, mask: Node | undefined): Node => {
    const drop = (branch: string, y: Node): Node => dropout(scope, `${name}/${branch}`, y, rate);
    const seen = residual(x, (x) => {
      const normed = layerNorm(scope, `${name}.norm0`, x);
      return drop('attention', attention(scope, `${name}.attention`, normed, { heads, causal, ...(mask && { mask }) }));
    });
    return residual(seen, (x) => {
      const normed = layerNorm(scope, `${name}.norm1`, x);
      const wide = gelu(dense(scope, `${name}.hidden`, normed, { outputs: hidden }));
      return drop('dense', dense(scope, `${name}.output`, wide, { outputs: width }));
    });
  };
  return sequential('transformer', settled, width, (scope, input, mask) => {
    const steps = settled.vocabulary === undefined ? dense(scope, 'input', input, { outputs: width }) : input;
    let x = positions(steps);
    for (let i = 0; i < blocks; i++) x = block(scope, `block${i}`, x, mask);
    return { outputs: layerNorm(scope, 'norm', x) };
  });
}
