// Principal components and whitening: rows are turned to the directions in which the data vary most, and scaled so that
// they vary equally. All by the eigenvectors of the covariance of the data that they are fitted to.
// A. J. Bell & T. J. Sejnowski: The "independent components" of natural scenes are edge filters, Vision Research 37, 1997.

import { settle } from '../catalogue.ts';
import { symmetricEigen } from './symmetricEigen.ts';
import { rowCount, type Tensor } from './tensor.ts';
import { at, columnMeans, mapRows, minus, rowsOf, type Transform } from './transform.ts';

export interface PcaOptions {
  /** How many are kept, the ones of largest variance first. Default: all columns. */
  readonly components?: number;
  /** Whether each component is divided by its standard deviation. Default false. */
  readonly whiten?: boolean;
  /** Added to variances that are divided by. Default 0; then a component that does not vary is an error. */
  readonly epsilon?: number;
}

export interface Pca extends Transform {
  /** Of each component (divided by n − 1). */
  readonly variances: Float64Array;
  /** Unit vectors[d], one per component; the element of largest magnitude is positive. */
  readonly components: readonly Float64Array[];
}

/**
 * Fits the principal components of x[n, …] and makes y[n, components] = (x − mean) · componentsᵀ, divided by
 * √(variance + epsilon) if they are whitened. `invert` gives the nearest rows that these components can make.
 *
 * Takes about 3 d³ + n d² / 2 multiplications for d columns: 2 s for d = 784, plus 1 s for every 3,000 rows.
 *
 * @throws when there are fewer than two rows, a value is not finite, or a component to be whitened does not vary
 */
export function pca(x: Tensor, options: PcaOptions = {}): Pca {
  const { components, whiten, epsilon } = settle('pca', options, { components: undefined, whiten: false, epsilon: 0 });
  const mean = columnMeans('pca', x);
  const width = mean.length;
  const kept = components ?? width;
  if (!(Number.isInteger(kept) && kept >= 1 && kept <= width)) {
    throw new Error(`pca: components must be a whole number from 1 to the ${width} columns, got ${kept}`);
  }
  const { values, vectors } = symmetricEigen(covariance(x, mean));
  const variances = values.slice(0, kept);
  const scales = variances.map((variance) => (whiten ? deviation('pca', variance, epsilon) : 1));
  const directions = vectors.slice(0, kept);
  return {
    variances,
    components: directions,
    apply: (x) =>
      mapRows('pca', x, width, (row) => product(directions, minus(row, mean)).map((y, i) => y / at(scales, i))),
    invert: (y) =>
      mapRows('pca', y, kept, (row) =>
        combination(
          directions,
          row.map((value, i) => value * at(scales, i)),
          mean,
        ),
      ),
  };
}

/**
 * Fits the symmetric whitening of x[n, …] and makes y[n, d] = (x − mean) · U (Λ + epsilon)^-½ Uᵀ, where U Λ Uᵀ is the
 * covariance: of all whitened data those that are most like x. Takes as long as `pca`.
 *
 * @param epsilon added to the variances; the larger, the less noise is amplified. Default 0.1
 * @throws when there are fewer than two rows, a value is not finite, or epsilon is 0 and some direction does not vary
 */
export function zca(x: Tensor, options: { readonly epsilon?: number } = {}): Transform {
  const { epsilon } = settle('zca', options, { epsilon: 0.1 });
  const mean = columnMeans('zca', x);
  const { values, vectors } = symmetricEigen(covariance(x, mean));
  const scales = values.map((variance) => deviation('zca', variance, epsilon));
  const origin = new Float64Array(values.length);
  /** Scales the row along all directions. */
  const scaled = (row: Float64Array, scale: (i: number) => number): Float64Array =>
    combination(
      vectors,
      product(vectors, row).map((y, i) => y * scale(i)),
      origin,
    );
  return {
    apply: (x) => mapRows('zca', x, scales.length, (row) => scaled(minus(row, mean), (i) => 1 / at(scales, i))),
    invert: (y) =>
      mapRows('zca', y, scales.length, (row) =>
        plus(
          scaled(row, (i) => at(scales, i)),
          mean,
        ),
      ),
  };
}

/** Lower triangle of the covariance [d, d], divided by n − 1. */
function covariance(x: Tensor, mean: Float64Array): Float64Array[] {
  const matrix = Array.from(mean, () => new Float64Array(mean.length));
  for (const row of rowsOf(x)) {
    const centered = minus(row, mean);
    for (const [i, into] of matrix.entries()) {
      const factor = at(centered, i) / (rowCount(x) - 1);
      for (let j = 0; j <= i; j++) into[j] = at(into, j) + factor * at(centered, j);
    }
  }
  return matrix;
}

function deviation(what: string, variance: number, epsilon: number): number {
  // Rounding may leave a little less than nothing.
  const raised = Math.max(variance, 0) + epsilon;
  if (!(raised > 0)) throw new Error(`${what}: some direction does not vary; whiten with a positive epsilon`);
  return Math.sqrt(raised);
}

/** Each vector times the row. */
function product(vectors: readonly Float64Array[], row: Float64Array): Float64Array {
  return Float64Array.from(vectors, (vector) => vector.reduce((sum, value, i) => sum + value * at(row, i), 0));
}

/** origin + Σ factor · vector. */
function combination(vectors: readonly Float64Array[], factors: Float64Array, origin: Float64Array): Float64Array {
  const sum = origin.slice();
  for (const [k, vector] of vectors.entries()) {
    const factor = at(factors, k);
    for (let i = 0; i < sum.length; i++) sum[i] = at(sum, i) + factor * at(vector, i);
  }
  return sum;
}

function plus(x: Float64Array, y: Float64Array): Float64Array {
  return x.map((value, i) => value + at(y, i));
}
