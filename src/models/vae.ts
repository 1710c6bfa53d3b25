// The variational autoencoder: an encoder says where in a latent space an input may come from, a decoder what comes from
// there; trained together, they bound the likelihood of the input from below.
//
//   mean, logVariance = encoder(x)
//   z = mean + √variance ε,  ε ~ N(0, 1)
//   loss = −log p(x | z) + ½ Σ (mean² + variance − logVariance − 1)
//
// Kingma & Welling, "Auto-encoding variational Bayes", ICLR 2014, arXiv:1312.6114. The importance-sampled likelihood is
// that of Burda, Grosse & Salakhutdinov, "Importance weighted autoencoders", ICLR 2016, arXiv:1509.00519:
//
//   log p(x) ≈ log 1/k Σ p(x | zᵢ) p(zᵢ) / q(zᵢ | x),  zᵢ ~ q

import { type ActivationConfiguration, activation } from '../activations/configure.ts';
import { checkOneOf, checkSizes, settle } from '../catalogue.ts';
import { constant, type Node } from '../graph/node.ts';
import {
  add,
  binaryCrossEntropy,
  exp,
  expand,
  join,
  log,
  multiply,
  negate,
  randomNormal,
  sigmoid,
  softmaxCrossEntropy,
  square,
  subtract,
  sumColumns,
} from '../graph/ops/index.ts';
import { type InitializerConfiguration, initializer } from '../initializers/configure.ts';
import { dense, flatten } from '../layers/index.ts';
import { type Scope, shared } from '../layers/scope.ts';
import type { Model } from './model.ts';
import { checkList } from './options.ts';
import { inputField, weightComplaint, weighted } from './supervised.ts';

export interface VaeOptions {
  /** Columns of the input. */
  readonly inputs: number;
  /** Units of the encoder's layers; the decoder has them in reverse. */
  readonly hidden: readonly number[];
  /** Dimensions of the latent space. */
  readonly latent: number;
  /** What an input is given z: yes-or-no elements in [0, 1], or normal ones of learnt mean and variance. Default 'bernoulli'. */
  readonly output?: 'bernoulli' | 'gaussian';
  /** Default 'tanh'. */
  readonly activation?: ActivationConfiguration;
  /** Draws per input of the score `negativeLogLikelihood`. Default 50. */
  readonly importanceSamples?: number;
  /** Of the weights. Default 'glorot'. */
  readonly initializer?: InitializerConfiguration;
  /** Multiplies the inputs, e.g. 1/255 for bytes. Default 1. */
  readonly inputScale?: number;
}

const LOG_2PI = 1.8378770664093453;

interface Gaussian {
  readonly mean: Node;
  readonly logVariance: Node;
}

const defaults = {
  output: 'bernoulli',
  activation: 'tanh',
  importanceSamples: 50,
  initializer: 'glorot',
  inputScale: 1,
} as const;

/**
 * input[n, inputs] → its reconstruction[n, inputs], the mean given the mean z. The loss is the negative bound, in nats; its
 * parts are the scores `reconstruction` and `divergence`, and `negativeLogLikelihood` is the tighter bound of many draws. A
 * split is [input], or [input, weight].
 */
export function vae(options: VaeOptions): Model {
  const settled = settle('vae', options, defaults, ['inputs', 'hidden', 'latent']);
  const { inputs, hidden, latent, output, importanceSamples } = settled;
  checkList('vae', 'hidden', hidden);
  checkSizes('vae', { inputs, hidden, latent, importanceSamples });
  checkOneOf('vae', 'output', output, ['bernoulli', 'gaussian']);
  const activate = activation(settled.activation);
  const weight = initializer(settled.initializer);

  const layers = (scope: Scope, name: string, x: Node, units: readonly number[]): Node =>
    units.reduce((y, outputs, i) => activate(dense(scope, `${name}${i}`, y, { outputs, weight })), x);
  const gaussian = (scope: Scope, name: string, x: Node, outputs: number): Gaussian => ({
    mean: dense(scope, `${name}.mean`, x, { outputs, weight }),
    logVariance: dense(scope, `${name}.logVariance`, x, { outputs, weight }),
  });
  const encode = (scope: Scope, x: Node): Gaussian =>
    gaussian(scope, 'latent', layers(scope, 'encoder', x, hidden), latent);
  /** What comes from z: the mean of the input, and −log p(x | z) of each sample. */
  const decode = (scope: Scope, z: Node, x: Node): { readonly mean: Node; readonly loss: Node } => {
    const y = layers(scope, 'decoder', z, hidden.toReversed());
    if (output === 'bernoulli') {
      const logits = dense(scope, 'output', y, { outputs: inputs, weight });
      return { mean: sigmoid(logits), loss: sumColumns(binaryCrossEntropy(logits, x)) };
    }
    const given = gaussian(scope, 'output', y, inputs);
    return { mean: given.mean, loss: negativeLogDensity(x, given) };
  };

  return {
    fields: [inputField(inputs), { name: 'weight', optional: true, complaint: weightComplaint }],
    build: (given, [input, weight]) => {
      const scope = shared(given);
      const x = multiply(flatten(input), settled.inputScale);
      const q = encode(scope, x);
      const draw = (name: string): Node =>
        add(q.mean, multiply(exp(multiply(q.logVariance, 0.5)), randomNormal(scope.random(name), q.mean.shape)));
      const { loss: reconstruction } = decode(scope, draw('latent'), x);
      const divergence = multiply(
        sumColumns(subtract(subtract(add(square(q.mean), exp(q.logVariance)), q.logVariance), 1)),
        0.5,
      );
      const prior: Gaussian = { mean: constant(0), logVariance: constant(0) };
      const logRatio = (i: number): Node => {
        const z = draw(`importance${i}`);
        const joint = add(decode(scope, z, x).loss, negativeLogDensity(z, prior));
        return subtract(negativeLogDensity(z, q), joint);
      };
      const loss = add(reconstruction, divergence);
      return {
        ...weighted(loss, weight),
        prediction: decode(scope, q.mean, x).mean,
        scores: {
          reconstruction: weighted(reconstruction, weight).loss,
          divergence: weighted(divergence, weight).loss,
          negativeLogLikelihood: weighted(
            negativeLogMean(Array.from({ length: importanceSamples }, (_, i) => logRatio(i))),
            weight,
          ).loss,
        },
      };
    },
  };
}

/** −log of the density of x[n, d], of each row: [n, 1]. */
function negativeLogDensity(x: Node, { mean, logVariance }: Gaussian): Node {
  const distance = multiply(square(subtract(x, mean)), exp(negate(logVariance)));
  return multiply(sumColumns(add(add(distance, logVariance), LOG_2PI)), 0.5);
}

/** −log 1/k Σ eˣ over k columns x[n, 1]. */
function negativeLogMean(columns: readonly Node[]): Node {
  const [first = constant(0)] = columns;
  // log Σ eˣ − x₀ is the cross-entropy of class 0.
  const beyondFirst = softmaxCrossEntropy(join(columns), expand(constant(0), first.shape));
  return subtract(log(columns.length), add(first, beyondFirst));
}
