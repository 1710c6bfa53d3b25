// Functions in double precision that JavaScript does not have, and the activations.

/** Within 2e-15: a series of positive terms below 2, else 1 − erfc. */
export function erf(x: number): number {
  const a = Math.abs(x);
  if (a >= 2) return x < 0 ? erfc(a) - 1 : 1 - erfc(a);
  let term = (2 / Math.sqrt(Math.PI)) * x;
  let sum = term;
  for (let n = 1; Math.abs(term) > 1e-17 * Math.abs(sum); n++) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return Math.exp(-x * x) * sum;
}

/** Within 2e-13: a continued fraction from 2 on, else 1 − erf. */
function erfc(x: number): number {
  if (!(x >= 2)) return 1 - erf(x);
  let fraction = x;
  for (let n = 60; n > 0; n--) fraction = x + n / 2 / fraction;
  return Math.exp(-x * x) / Math.sqrt(Math.PI) / fraction;
}

export const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

export const activations = {
  identity: (x: number): number => x,
  relu: (x: number): number => Math.max(x, 0),
  tanh: Math.tanh,
  sigmoid,
  softplus: (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
  softsign: (x: number): number => x / (1 + Math.abs(x)),
  gelu: (x: number): number => (x / 2) * (1 + erf(x * Math.SQRT1_2)),
  silu: (x: number): number => x * sigmoid(x),
  leakyRelu: (x: number): number => (x > 0 ? x : 0.01 * x),
  elu: (x: number): number => (x > 0 ? x : Math.expm1(x)),
  softabs: (x: number): number => Math.sqrt(x * x + 1e-5),
  logcosh: (x: number): number => Math.abs(x) + Math.log1p(Math.exp(-2 * Math.abs(x))) - Math.LN2,
};

/** What an activation makes of a row. */
export function activateRow(name: keyof typeof activations | 'softmax', row: readonly number[]): number[] {
  return name === 'softmax' ? logSoftmax(row).map(Math.exp) : row.map(activations[name]);
}

/** The logarithm of the softmax of a row. */
export function logSoftmax(row: readonly number[]): number[] {
  const top = Math.max(...row);
  const logSum = Math.log(row.reduce((sum, x) => sum + Math.exp(x - top), 0));
  return row.map((x) => x - top - logSum);
}

export function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, x, i) => sum + x * (b[i] ?? Number.NaN), 0);
}
