// Autoencoders: the input itself is the target, and a narrow or sparse layer on the way there the code.
//
// Tied: the decoder's weights are those of the encoder, transposed. Denoising: the input is corrupted in training, the
// target is not (Vincent, Larochelle, Bengio & Manzagol, ICML 2008). Sparse: the mean activations of the code over a batch
// are drawn to a small value (Ng, "Sparse autoencoder", CS294A lecture notes, 2011):
//
//   penalty = weight · Σ target log(target / mean) + (1 − target) log((1 − target) / (1 − mean))

import { type ActivationConfiguration, activation } from '../activations/configure.ts';
import { checkSizes, settle } from '../catalogue.ts';
import type { Node } from '../graph/node.ts';
import {
  add,
  dropoutMask,
  log,
  matmul,
  maximum,
  minimum,
  multiply,
  randomNormal,
  subtract,
  sum,
  sumRows,
} from '../graph/ops/index.ts';
import { type InitializerConfiguration, initializer } from '../initializers/configure.ts';
import { dense, flatten } from '../layers/index.ts';
import type { Scope } from '../layers/scope.ts';
import { type LossConfiguration, loss as lossOf } from '../losses/configure.ts';
import type { Model } from './model.ts';
import { checkList } from './options.ts';
import { inputField, supervise, weightComplaint } from './supervised.ts';

/** How the input is corrupted in training. */
export type Noise =
  /** Normal deviates of that standard deviation are added. */
  | { readonly name: 'gaussian'; readonly std: number }
  /** That part of the elements is set to zero. */
  | { readonly name: 'mask'; readonly rate: number };

export interface AutoencoderOptions {
  /** Columns of the input. */
  readonly inputs: number;
  /** Units of the encoder's layers, of which the last is the code; the decoder has them in reverse. */
  readonly hidden: readonly number[];
  /** Of all layers but the output. Default 'sigmoid'. */
  readonly activation?: ActivationConfiguration;
  /** Default 'squaredError'; 'binaryCrossEntropy' for inputs in [0, 1]. */
  readonly loss?: LossConfiguration;
  /** Whether the decoder has the encoder's weights. Default true. */
  readonly tied?: boolean;
  /** Default: none. */
  readonly noise?: Noise;
  /** Where the means of the code's activations, which must lie in (0, 1), shall be, and how much that counts. Default: no matter. */
  readonly sparsity?: { readonly target: number; readonly weight: number };
  /** Of the weights. Default 'glorot'. */
  readonly initializer?: InitializerConfiguration;
  /** Multiplies the inputs, e.g. 1/255 for bytes. Default 1. */
  readonly inputScale?: number;
}

/** Nearer to 0 and 1 a mean activation counts as this. */
const LEAST_MEAN = 1e-6;

const defaults = {
  activation: 'sigmoid',
  loss: 'squaredError',
  tied: true,
  noise: undefined,
  sparsity: undefined,
  initializer: 'glorot',
  inputScale: 1,
} as const;

/** input[n, inputs] → code[n, hidden] → reconstruction[n, inputs]; a split is [input], or [input, weight]. */
export function autoencoder(options: AutoencoderOptions): Model {
  const settled = settle('autoencoder', options, defaults, ['inputs', 'hidden']);
  const { inputs, hidden, tied, noise, sparsity } = settled;
  checkList('autoencoder', 'hidden', hidden);
  checkSizes('autoencoder', { inputs, hidden });
  checkNoise(noise);
  const activate = activation(settled.activation);
  const weight = initializer(settled.initializer ?? 'glorot');
  const loss = lossOf(settled.loss ?? 'squaredError');
  const sizes = [inputs, ...hidden];

  /** The code, and its decoding. */
  const code = (scope: Scope, x: Node) => {
    const weights = hidden.map((units, i) => scope.parameter(`encoder${i}.weight`, [sizes[i] ?? 1, units], weight));
    let y = x;
    for (const [i, w] of weights.entries()) {
      const b = scope.parameter(`encoder${i}.bias`, [hidden[i] ?? 1], initializer('zeros'));
      y = activate(add(matmul(y, w), b));
    }
    const encoded = y;
    for (const [i, w] of [...weights.entries()].reverse()) {
      const units = sizes[i] ?? 1;
      const z = tied
        ? add(matmul(y, w, { b: true }), scope.parameter(`decoder${i}.bias`, [units], initializer('zeros')))
        : dense(scope, `decoder${i}`, y, { outputs: units, weight });
      y = i === 0 ? z : activate(z);
    }
    return { encoded, decoded: y };
  };
  return {
    fields: [inputField(inputs), { name: 'weight', optional: true, complaint: weightComplaint }],
    build: (scope, [input, weight]) => {
      const x = multiply(flatten(input), settled.inputScale);
      const { encoded, decoded } = code(scope, noise && scope.training ? corrupt(scope, x, noise) : x);
      const supervised = supervise(loss, decoded, x, weight);
      return sparsity ? { ...supervised, penalty: density(encoded, sparsity) } : supervised;
    },
  };
}

function checkNoise(noise: Noise | undefined): void {
  if (!noise) return;
  const isRight =
    noise.name === 'gaussian' ? noise.std >= 0 : noise.name === 'mask' && noise.rate >= 0 && noise.rate < 1;
  if (isRight) return;
  throw new Error(
    `autoencoder: noise must be { name: 'gaussian', std } or { name: 'mask', rate } with a rate in [0, 1), got ${JSON.stringify(noise)}`,
  );
}

function corrupt(scope: Scope, x: Node, noise: Noise): Node {
  const stream = scope.random('noise');
  if (noise.name === 'gaussian') return add(x, multiply(randomNormal(stream, x.shape), noise.std));
  // A mask for dropout scales what it keeps.
  return multiply(x, multiply(dropoutMask(stream, x.shape, noise.rate), 1 - noise.rate));
}

/** How far the mean activations of the code lie from the target. */
function density(encoded: Node, { target, weight }: { readonly target: number; readonly weight: number }): Node {
  const raw = multiply(sumRows(encoded), 1 / (encoded.shape[0] ?? 1));
  const mean = minimum(maximum(raw, LEAST_MEAN), 1 - LEAST_MEAN);
  const part = (p: number, q: Node): Node => multiply(subtract(log(p), log(q)), p);
  return multiply(sum(add(part(target, mean), part(1 - target, subtract(1, mean)))), weight);
}
