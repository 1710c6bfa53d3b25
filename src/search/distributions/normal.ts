// The normal distribution.

import { UserError } from '../../errors.ts';
import { log } from '../../machine/scalar.ts';
import { checkFinite, checkNoMore } from '../check.ts';
import { Distribution } from '../distribution.ts';

class Normal extends Distribution<number> {
  readonly name = 'normal';
  readonly mean: number;
  readonly std: number;

  constructor(mean: number, std: number) {
    super();
    checkFinite('normal', { mean, std });
    if (std < 0) throw new UserError(`normal: std must not be negative, got ${std}`);
    this.mean = mean;
    this.std = std;
  }

  override at(u: number): number {
    return this.mean + this.std * quantile(Math.max(u, SMALLEST));
  }
}

export type { Normal };

/**
 * Normally distributed numbers; also an initializer.
 *
 * @throws when one is not finite or std is negative
 */
export function normal(mean: number, std: number): Normal;
export function normal(mean: number, std: number, ...more: readonly unknown[]): Normal {
  checkNoMore('normal', 'mean and std', more);
  return new Normal(mean, std);
}

/** Stands for u = 0, whose quantile is infinite: 2⁻⁵⁴, half the distance of two values of u. */
const SMALLEST = 5.551115123125783e-17;

// Numerators and denominators, coefficients of the highest power first.
const CENTER = [
  [
    2509.0809287301227, 33430.57558358813, 67265.7709270087, 45921.95393154987, 13731.69376550946, 1971.5909503065513,
    133.14166789178438, 3.3871328727963665,
  ],
  [
    5226.495278852854, 28729.085735721943, 39307.89580009271, 21213.794301586597, 5394.196021424751, 687.1870074920579,
    42.31333070160091, 1,
  ],
] as const;
const MIDDLE = [
  [
    0.0007745450142783414, 0.022723844989269184, 0.2417807251774506, 1.2704582524523684, 3.6478483247632045,
    5.769497221460691, 4.630337846156546, 1.4234371107496835,
  ],
  [
    1.0507500716444169e-9, 0.0005475938084995345, 0.015198666563616457, 0.14810397642748008, 0.6897673349851,
    1.6763848301838038, 2.053191626637759, 1,
  ],
] as const;
const TAIL = [
  [
    2.0103343992922881e-7, 0.000027115555687434876, 0.0012426609473880784, 0.026532189526576124, 0.29656057182850487,
    1.7848265399172913, 5.463784911164114, 6.657904643501103,
  ],
  [
    2.0442631033899397e-15, 1.421511758316446e-7, 0.000018463183175100548, 0.0007868691311456133, 0.014875361290850615,
    0.1369298809227358, 0.599832206555888, 1,
  ],
] as const;

function ratio([numerator, denominator]: readonly (readonly number[])[], x: number): number {
  const polynomial = (coefficients: readonly number[] = []) => coefficients.reduce((sum, c) => sum * x + c, 0);
  return polynomial(numerator) / polynomial(denominator);
}

/**
 * The standard normal number below which others lie with probability p, 0 < p < 1. Relative error about 1e-16 with an
 * exact logarithm. Source: Wichura, Algorithm AS 241 (PPND16), Applied Statistics 37, 1988.
 */
function quantile(p: number): number {
  const q = p - 0.5;
  if (Math.abs(q) <= 0.425) return q * ratio(CENTER, 0.180625 - q * q);
  const r = Math.sqrt(-log(q < 0 ? p : 1 - p));
  const size = r <= 5 ? ratio(MIDDLE, r - 1.6) : ratio(TAIL, r - 5);
  return q < 0 ? -size : size;
}
