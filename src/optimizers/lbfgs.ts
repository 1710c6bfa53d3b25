// Limited-memory BFGS: steps towards the minimum of a quadratic model whose curvature is known from the last steps
// s and the changes y of the gradient along them, the lengths found by a line search. For full batches, or large ones.
//
//   direction = −H g, by the two-loop recursion over the pairs (s, y), from H = γ 1, γ = Σ s y / Σ y² of the newest
//   a pair is kept where Σ s y > 1e-10
//
// Nocedal, "Updating quasi-Newton matrices with limited storage", Mathematics of Computation 35, 1980, with the line search
// and the lengths tried first of Schmidt's minFunc, as in PyTorch.
// Differs from PyTorch: 10 pairs are kept by default and not 100, and after a search that found nothing lower they are
// forgotten, where PyTorch would stop.

import type { Node } from '../graph/node.ts';
import { add, divide, multiply, negate, reciprocal, square, subtract, sum } from '../graph/ops/index.ts';
import type { Update } from '../graph/program.ts';
import { defineMethod } from './define.ts';
import { type Course, cautiousLength, descend, type Guide } from './descent.ts';
import { checkStrongWolfe, type StrongWolfeOptions } from './strongWolfe.ts';

export interface LbfgsOptions extends StrongWolfeOptions {
  /** The length that is tried first, 1 being the step to the minimum of the model. Default 1. */
  readonly learningRate: number;
  /** Pairs that are kept. Default 10. */
  readonly historySize: number;
}

const defaults: LbfgsOptions = { learningRate: 1, historySize: 10, c1: 1e-4, c2: 0.9, maxEvaluations: 25 };

export const lbfgs = defineMethod('lbfgs', defaults, (options) => {
  checkStrongWolfe('lbfgs', options);
  if (!(Number.isInteger(options.historySize) && options.historySize > 0)) {
    throw new Error(`lbfgs: historySize must be a positive whole number, got ${options.historySize}`);
  }
  return (step) => descend(step, options, (course) => guide(course, options));
});

interface Pair {
  /** s[n], a step. */
  readonly s: Node;
  /** y[n], the change of the gradient along it. */
  readonly y: Node;
  /** 1 / Σ s y; 0 for one that is not there yet. */
  readonly rho: Node;
}

function guide({ gradient, previousGradient, direction, length, slot }: Course, options: LbfgsOptions): Guide {
  // The oldest first.
  const pairs = Array.from({ length: options.historySize }, (_, i): Pair => {
    return { s: slot(`step${i}`), y: slot(`change${i}`), rho: slot(`curvature${i}`, { shape: [] }) };
  });
  const gamma = slot('scale', { shape: [], initial: 1 });
  const [sy, yy] = [slot('stepChange', { shape: [] }), slot('changeChange', { shape: [] })];
  const newest = { s: multiply(direction, length), y: subtract(gradient, previousGradient), rho: reciprocal(sy) };
  const shifted = [...pairs.slice(1), newest];
  return {
    turn: negate(timesInverseHessian(gradient, pairs, gamma)),
    programs: {
      measure: [
        [sy, sum(multiply(newest.s, newest.y))],
        [yy, sum(square(newest.y))],
      ],
      keep: [
        ...pairs.flatMap((pair, i): Update[] => {
          const { s, y, rho } = shifted[i] ?? newest;
          return [
            [pair.s, s],
            [pair.y, y],
            [pair.rho, rho],
          ];
        }),
        [gamma, divide(sy, yy)],
      ],
    },
    learn: (driver) => {
      driver.run('measure');
      if ((driver.values(sy)[0] ?? 0) > 1e-10) driver.run('keep');
    },
    forget: (driver) => {
      const hadAny = pairs.some(({ rho }) => driver.values(rho)[0] !== 0);
      for (const { rho } of pairs) driver.values(rho).fill(0);
      driver.values(gamma).fill(1);
      return hadAny;
    },
    firstLength: (driver, start) => {
      const isFirst = pairs.every(({ rho }) => driver.values(rho)[0] === 0);
      return options.learningRate * (isFirst ? cautiousLength(start) : 1);
    },
  };
}

/** H g, by the two-loop recursion: from the newest pair to the oldest, and back. */
function timesInverseHessian(gradient: Node, pairs: readonly Pair[], gamma: Node): Node {
  let q = gradient;
  const parts: { readonly pair: Pair; readonly alpha: Node }[] = [];
  for (const pair of pairs.toReversed()) {
    const alpha = multiply(pair.rho, sum(multiply(pair.s, q)));
    q = subtract(q, multiply(pair.y, alpha));
    parts.unshift({ pair, alpha });
  }
  let r = multiply(q, gamma);
  for (const { pair, alpha } of parts) {
    const beta = multiply(pair.rho, sum(multiply(pair.y, r)));
    r = add(r, multiply(pair.s, subtract(alpha, beta)));
  }
  return r;
}
