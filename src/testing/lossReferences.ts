// The losses once more, in double precision, row by row and with the defaults of their options.

import type { LossName } from '../losses/configure.ts';
import { item, range } from './item.ts';
import { activations, dot, logSoftmax } from './reference.ts';

export interface LossReference {
  /** Of a row of the output. */
  readonly value: (output: readonly number[], target: readonly number[]) => number;
  /** A target for a row of `outputs`, made of random numbers in [0, 1). */
  readonly target: (random: () => number, outputs: number) => number[];
}

type Elementwise = (output: number, target: number) => number;

/** Random numbers as float32, which is what targets are. */
const drawn = (random: () => number, n: number): number[] => range(n, () => Math.fround(random()));

function sumOf(f: Elementwise, target: LossReference['target'] = drawn): LossReference {
  return { value: (output, target) => output.reduce((sum, y, i) => sum + f(y, item(target, i)), 0), target };
}

const shortfall: Elementwise = (y, t) => Math.max(0, 1 - (t > 0 ? y : -y));
const classes = (random: () => number, n: number): number[] => range(n, () => Math.round(random()));
const timesLog = (t: number): number => (t === 0 ? 0 : t * Math.log(t));
const crossEntropy: Elementwise = (y, t) => activations.softplus(y) - y * t;
const halves = (x: readonly number[]) => [x.slice(0, x.length / 2), x.slice(x.length / 2)] as const;

export const lossReferences: Readonly<Record<LossName, LossReference>> = {
  absoluteError: sumOf((y, t) => Math.abs(y - t)),
  bernoulliKl: sumOf((y, t) => crossEntropy(y, t) + timesLog(t) + timesLog(1 - t)),
  binaryCrossEntropy: sumOf(crossEntropy),
  contrastive: {
    value: (output, [t = 0]) => {
      const [a, b] = halves(output);
      const d = Math.sqrt(a.reduce((sum, value, i) => sum + (value - item(b, i)) ** 2, 1e-8));
      return t * d ** 2 + 0.5 * (1 - t) * Math.max(0, 1 - d) ** 2;
    },
    target: (random) => classes(random, 1),
  },
  cosine: {
    value: (output, target) => 1 - dot(output, target) / Math.sqrt(dot(output, output) * dot(target, target)),
    target: drawn,
  },
  crossEntropy: {
    value: (output, target) => {
      const distribution = target.length === 1 ? output.map((_, i) => Number(i === target[0])) : target;
      return -dot(distribution, logSoftmax(output));
    },
    target: (random, outputs) => (outputs > 2 ? [Math.floor(outputs * random())] : drawn(random, outputs)),
  },
  gaussianKl: {
    value: (output, target) => {
      const [[m, l], [n, k]] = [halves(output), halves(target)];
      const divergence = (i: number): number => {
        const [distance, logRatio] = [(item(m, i) - item(n, i)) ** 2, item(k, i) - item(l, i)];
        return (Math.exp(logRatio) + distance / Math.exp(item(l, i)) - logRatio - 1) / 2;
      };
      return range(m.length, divergence).reduce((a, b) => a + b);
    },
    target: drawn,
  },
  gaussianNll: {
    value: (output, target) => {
      const [m, l] = halves(output);
      const ofOne = (t: number, i: number): number => {
        const v = Math.exp(item(l, i)) + 1e-6;
        return (Math.log(2 * Math.PI * v) + (t - item(m, i)) ** 2 / v) / 2;
      };
      return target.map(ofOne).reduce((a, b) => a + b);
    },
    target: (random, outputs) => drawn(random, outputs / 2),
  },
  hinge: sumOf(shortfall, classes),
  huber: sumOf((y, t) => {
    const a = Math.abs(y - t);
    return a <= 1 ? a ** 2 / 2 : a - 0.5;
  }),
  squaredError: sumOf((y, t) => (y - t) ** 2),
  squaredHinge: sumOf((y, t) => shortfall(y, t) ** 2, classes),
};
