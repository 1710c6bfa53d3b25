// Nonlinear conjugate gradients: each direction is that of steepest descent, bent towards the last one, the lengths found
// by a line search. Remembers three vectors only. For full batches, or large ones.
//
//   direction ← −g + β direction,  β = max(−FR, min(PR, FR)),  FR = Σ g² / Σ g'²,  PR = Σ g (g − g') / Σ g'²
//   β = 0 where |Σ g g'| ≥ 0.1 Σ g², g' being the gradient before the step
//
// Gilbert & Nocedal, "Global convergence properties of conjugate gradient methods for optimization", SIAM J. Optimization 2,
// 1992; restarts: Powell 1977; Nocedal & Wright, "Numerical optimization", 2006, equations 5.48 and 5.52, and for the length
// that is tried first page 59.
// Differs from the original tool, which restarts where Σ g g' > 0.1 Σ g'², and tries the length that would gain twice as
// much as the step before.

import { add, multiply, negate, square, sum } from '../graph/ops/index.ts';
import { defineMethod } from './define.ts';
import { type Course, cautiousLength, descend, type Guide } from './descent.ts';
import { checkStrongWolfe, type StrongWolfeOptions } from './strongWolfe.ts';

/** Defaults: c1 1e-4, c2 0.2, maxEvaluations 25. */
const defaults: StrongWolfeOptions = { c1: 1e-4, c2: 0.2, maxEvaluations: 25 };

export const conjugateGradients = defineMethod('conjugateGradients', defaults, (options) => {
  checkStrongWolfe('conjugateGradients', options);
  return (step) => descend(step, options, guide);
});

function guide({ gradient, previousGradient, direction, slot }: Course): Guide {
  const scalar = (name: string) => slot(name, { shape: [] });
  const [beta, gg, ggBefore, mixed] = [scalar('beta'), scalar('square'), scalar('squareBefore'), scalar('mixed')];
  return {
    turn: add(negate(gradient), multiply(direction, beta)),
    programs: {
      measure: [
        [gg, sum(square(gradient))],
        [ggBefore, sum(square(previousGradient))],
        [mixed, sum(multiply(gradient, previousGradient))],
      ],
    },
    learn: (driver) => {
      driver.run('measure');
      const [now = 0, before = 0, both = 0] = [gg, ggBefore, mixed].map((node) => driver.values(node)[0]);
      const [fr, pr] = [now / before, (now - both) / before];
      const isFarFromOrthogonal = Math.abs(both) >= 0.1 * now;
      driver.values(beta).fill(isFarFromOrthogonal ? 0 : Math.max(-fr, Math.min(pr, fr)));
    },
    forget: (driver) => {
      const wasBent = driver.values(beta)[0] !== 0;
      driver.values(beta).fill(0);
      return wasBent;
    },
    // The length at which the slope promises the same fall as that of the step before did.
    firstLength: (_, start) => {
      const { t, start: before } = start.previous;
      return t > 0 ? (t * before.slope) / start.slope : cautiousLength(start);
    },
  };
}
