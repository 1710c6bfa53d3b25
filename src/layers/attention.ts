// Multi-head attention: every step looks at every other, in as many ways as there are heads.
//
//   softmax(q kᵀ / √width) v, with q, k, v = x weight + bias of each head, then a dense layer over all heads
//
// Vaswani et al., "Attention is all you need", NIPS 2017, arXiv:1706.03762.

import { settle } from '../catalogue.ts';
import { columns, data, type Node, type Shape } from '../graph/node.ts';
import {
  add,
  batchMatmul,
  multiply,
  repeatRows,
  reshape,
  softmax,
  subtract,
  swapMiddleAxes,
} from '../graph/ops/index.ts';
import { type Beginnings, beginnings, dense } from './dense.ts';
import { dropout } from './dropout.ts';
import { checkCall, type Scope } from './scope.ts';
import { FAR_BELOW, sequenceSizes } from './sequence.ts';

export interface AttentionWeightsOptions {
  /** Whether a step sees only itself and those before. Default false. */
  readonly causal?: boolean | undefined;
  /** mask[n, S] of the steps that are looked at: 0 where there is padding. */
  readonly mask?: Node | undefined;
}

/** softmax(q kᵀ / √width) of q[n, heads, T, width] and k[n, heads, S, width]: how much each step looks at each, [n, heads, T, S]. */
export function attentionWeights(q: Node, k: Node, options: AttentionWeightsOptions = {}): Node {
  const settled = settle('attentionWeights', options, { causal: false, mask: undefined });
  const likeness = multiply(batchMatmul(q, k, { b: true }), 1 / Math.sqrt(columns(q.shape)));
  return softmax(hide(likeness, settled));
}

export interface AttentionOptions extends Beginnings, AttentionWeightsOptions {
  /** Divides the width of the sequence. Default 1. */
  readonly heads?: number;
  /** What is looked at, [n, S, …]. Default: x itself. */
  readonly memory?: Node;
  /** Rate at which looks are dropped. Default 0. */
  readonly dropout?: number;
}

/**
 * x[n, T, d] → [n, T, d]; the parameters are those of the dense layers `<name>.query`, `.key`, `.value` and `.output`. As
 * `torch.nn.MultiheadAttention`.
 */
export function attention(scope: Scope, name: string, x: Node, options: AttentionOptions = {}): Node {
  checkCall('attention', scope, name, x);
  const defaults = { ...beginnings, heads: 1, causal: false, mask: undefined, memory: undefined, dropout: 0 };
  const { heads, causal, mask, memory = x, dropout: rate, ...begun } = settle('attention', options, defaults);
  const [n, steps, d] = sequenceSizes(name, x);
  const [, seen] = sequenceSizes(name, memory);
  const width = d / heads;
  if (!(Number.isInteger(heads) && heads > 0 && Number.isInteger(width))) {
    throw new Error(`attention: heads must divide the ${d} columns of the sequence, got ${heads}`);
  }
  const headsOf = (part: string, from: Node, length: number): Node =>
    swapMiddleAxes(reshape(dense(scope, `${name}.${part}`, from, { outputs: d, ...begun }), [n, length, heads, width]));
  const [q, k, v] = [headsOf('query', x, steps), headsOf('key', memory, seen), headsOf('value', memory, seen)];
  const looked = batchMatmul(dropout(scope, `${name}.dropout`, attentionWeights(q, k, { causal, mask }), rate), v);
  const joined = reshape(swapMiddleAxes(looked), [n, steps, d]);
  return dense(scope, `${name}.output`, joined, { outputs: d, ...begun });
}

/** likeness[n, heads, T, S] where a step may look, and far below where it may not. */
function hide(likeness: Node, { causal = false, mask }: AttentionWeightsOptions): Node {
  const { shape } = likeness;
  const [n = 1, heads = 1, steps = 1, seen = 1] = shape;
  const addRows = (x: Node, rows: Node, shape: Shape): Node => add(reshape(x, shape), rows);
  let hidden = likeness;
  if (causal) {
    const future = Float32Array.from({ length: steps * seen }, (_, i) =>
      i % seen > Math.floor(i / seen) ? -FAR_BELOW : 0,
    );
    hidden = addRows(hidden, data('future', future), [n * heads, steps * seen]);
  }
  if (mask) {
    const padding = multiply(subtract(reshape(mask, [n, seen]), 1), FAR_BELOW);
    hidden = addRows(hidden, repeatRows(padding, heads * steps), [n * heads * steps, seen]);
  }
  return reshape(hidden, shape);
}
