// The standard normal distribution in double precision, the same on every engine.

import { exp } from '../../machine/scalar.ts';

/** Where the series takes too many terms and the continued fraction few enough. */
const FAR = 3;
const TERMS = 60;

/** The probability of [a, b], a ≤ b; its error is below 2e-15, and relative to it in the tails below 1e-13. */
export function normalMass(a: number, b: number): number {
  if (a >= 0) return upperTail(a) - upperTail(b);
  return b <= 0 ? upperTail(-b) - upperTail(-a) : 1 - upperTail(-a) - upperTail(b);
}

/** The probability of more than x ≥ 0: ½ erfc(x / √2). */
function upperTail(x: number): number {
  const z = x * Math.SQRT1_2;
  return z < FAR ? (1 - erf(z)) / 2 : erfc(z) / 2;
}

const TWO_OVER_ROOT_PI = 1.1283791670955126;

/** 2/√π e^(−z²) Σ 2ⁿ z^(2n+1) / (1·3·…·(2n+1)). *Abramowitz & Stegun 7.1.6* */
function erf(z: number): number {
  let term = z;
  let sum = z;
  for (let n = 1; term > sum * 1e-17; n++) {
    term *= (2 * z * z) / (2 * n + 1);
    sum += term;
  }
  return TWO_OVER_ROOT_PI * exp(-z * z) * sum;
}

/** e^(−z²)/√π · 1/(z + ½/(z + 1/(z + 3/2/(z + …)))). *Abramowitz & Stegun 7.1.14* */
function erfc(z: number): number {
  let denominator = z;
  for (let n = TERMS; n >= 1; n--) denominator = z + n / 2 / denominator;
  return ((TWO_OVER_ROOT_PI / 2) * exp(-z * z)) / denominator;
}
