// Fast dropout: dropout without drawing. What a unit gets from many units, some of them dropped, is about normal; its mean and
// variance are carried through the network in place of samples.
//
//   mean ← keep mean,  variance ← keep variance + keep (1 − keep) mean²        before a dense layer
//   mean ← mean · weight + bias,  variance ← variance · weight²                in it
//   relu: mean ← Φ m + φ s,  variance ← m s φ + (m² + s²) Φ − mean²,  φ and Φ at m / s
//   sigmoid: mean ← σ(m / √(1 + π s² / 8)),  variance likewise, of σ² ≈ σ(a (m − b))
//
// Wang & Manning, "Fast dropout training", ICML 2013; a = 4 − 2 √2 and b = −log(√2 − 1), their equations 6 to 8.

import { checkSizes, pick, settle } from '../catalogue.ts';
import type { Node } from '../graph/node.ts';
import {
  add,
  divide,
  erf,
  exp,
  matmul,
  maximum,
  multiply,
  sigmoid,
  sqrt,
  square,
  subtract,
  sumColumns,
} from '../graph/ops/index.ts';
import { type InitializerConfiguration, initializer } from '../initializers/configure.ts';
import { flatten } from '../layers/index.ts';
import type { Scope } from '../layers/scope.ts';
import { binaryCrossEntropy, crossEntropy, squaredError } from '../losses/index.ts';
import type { Model } from './model.ts';
import { checkList } from './options.ts';
import { inputField, supervise, targetFields, weighted } from './supervised.ts';

export interface FastDropoutOptions {
  /** Columns of the input. */
  readonly inputs: number;
  /** Units of each hidden layer. */
  readonly hidden: readonly number[];
  /** Columns of the output, or classes. */
  readonly outputs: number;
  /** Default 'relu'. */
  readonly activation?: 'relu' | 'sigmoid';
  /** What is compared with the target is the squared error's expectation, or the probability of the expected logit. */
  readonly loss: 'squaredError' | 'binaryCrossEntropy' | 'crossEntropy';
  /** Part of the inputs that is dropped. Default 0.2. */
  readonly inputDropout?: number;
  /** Part of the hidden units that is dropped. Default 0.5. */
  readonly dropout?: number;
  /** Of the weights. Default 'glorot'. */
  readonly initializer?: InitializerConfiguration;
  /** Multiplies the inputs, e.g. 1/255 for bytes. Default 1. */
  readonly inputScale?: number;
}

/** A normal distribution of each element. */
interface Moments {
  readonly mean: Node;
  readonly variance: Node;
}

/** Variances below count as this: a unit that is certain. */
const LEAST_VARIANCE = 1e-12;

const QUARTER_TURN = Math.PI / 8;

/** Φ(m / s) and φ(m / s). */
function normal({ mean, variance }: Moments) {
  const spread = sqrt(maximum(variance, LEAST_VARIANCE));
  const ratio = divide(mean, spread);
  const distribution = multiply(add(erf(multiply(ratio, Math.SQRT1_2)), 1), 0.5);
  const density = multiply(exp(multiply(square(ratio), -0.5)), 1 / Math.sqrt(2 * Math.PI));
  return { spread, distribution, density };
}

/** The mean of σ(scale (x − shift)) over a normal x. */
function expectedSigmoid({ mean, variance }: Moments, scale = 1, shift = 0): Node {
  const width = sqrt(add(multiply(variance, QUARTER_TURN * scale * scale), 1));
  return sigmoid(divide(multiply(subtract(mean, shift), scale), width));
}

const transfers: Readonly<Record<'relu' | 'sigmoid', (x: Moments) => Moments>> = {
  relu: (x) => {
    const { spread, distribution, density } = normal(x);
    const mean = add(multiply(distribution, x.mean), multiply(density, spread));
    const second = add(
      multiply(multiply(x.mean, spread), density),
      multiply(add(square(x.mean), x.variance), distribution),
    );
    return { mean, variance: maximum(subtract(second, square(mean)), 0) };
  },
  sigmoid: (x) => {
    const mean = expectedSigmoid(x);
    const second = expectedSigmoid(x, 4 - 2 * Math.SQRT2, 0.881373587019543);
    return { mean, variance: maximum(subtract(second, square(mean)), 0) };
  },
};

function dropped({ mean, variance }: Moments, rate: number): Moments {
  const keep = 1 - rate;
  return {
    mean: multiply(mean, keep),
    variance: add(multiply(variance, keep), multiply(square(mean), keep * rate)),
  };
}

const defaults = { activation: 'relu', inputDropout: 0.2, dropout: 0.5, initializer: 'glorot', inputScale: 1 } as const;

/**
 * input[n, inputs] → output[n, outputs]. Training and evaluation compute the same.
 *
 * @throws on rates that are not in (0, 1), and on other losses and activations
 */
export function fastDropout(options: FastDropoutOptions): Model {
  const settled = settle('fastDropout', options, defaults, ['inputs', 'hidden', 'outputs', 'loss']);
  const { inputs, hidden, outputs, inputDropout, dropout } = settled;
  checkList('fastDropout', 'hidden', hidden);
  checkSizes('fastDropout', { inputs, hidden, outputs });
  for (const rate of [inputDropout, dropout]) {
    if (!(rate > 0 && rate < 1)) throw new Error(`fastDropout: rates must lie in (0, 1), got ${rate}`);
  }
  const transfer = pick('activation', transfers, settled.activation);
  const weight = initializer(settled.initializer);
  const loss = pick('loss', { squaredError, binaryCrossEntropy, crossEntropy }, settled.loss)();

  const dense = (scope: Scope, name: string, { mean, variance }: Moments, units: number): Moments => {
    const w = scope.parameter(`${name}.weight`, [mean.shape.at(-1) ?? 1, units], weight);
    const b = scope.parameter(`${name}.bias`, [units], initializer('zeros'));
    return { mean: add(matmul(mean, w), b), variance: matmul(variance, square(w)) };
  };
  const network = (scope: Scope, input: Node): Moments => {
    const mean = multiply(flatten(input), settled.inputScale);
    let x = dropped({ mean, variance: multiply(mean, 0) }, inputDropout);
    for (const [i, units] of hidden.entries()) {
      x = dropped(transfer(dense(scope, `hidden${i}`, x, units)), dropout);
    }
    return dense(scope, 'output', x, outputs);
  };
  return {
    fields: [inputField(inputs), ...targetFields(loss, outputs)],
    build: (scope, [input, target, weight]) => {
      const output = network(scope, input);
      if (settled.loss !== 'squaredError') {
        // The logit whose probability is the expected one.
        const logits = divide(output.mean, sqrt(add(multiply(output.variance, QUARTER_TURN), 1)));
        return supervise(loss, logits, target, weight);
      }
      const ofMean = supervise(loss, output.mean, target, weight);
      return { ...ofMean, loss: add(ofMean.loss, weighted(sumColumns(output.variance), weight).loss) };
    },
  };
}
