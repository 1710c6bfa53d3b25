// k-means: centers such that the squared distances of all rows to their nearest center are small.
// S. P. Lloyd: Least squares quantization in PCM, IEEE Transactions on Information Theory 28, 1982; begun with k-means++:
// D. Arthur & S. Vassilvitskii: k-means++, the advantages of careful seeding, SODA 2007.

import { settle } from '../catalogue.ts';
import { checkSeed, uniform } from '../machine/scalar.ts';
import { checkTensor, rowCount, rowSize, type Tensor, type TensorData, tensor } from './tensor.ts';
import { at, rowsOf } from './transform.ts';

export interface KMeansOptions {
  /** How many centers, k. */
  readonly clusters: number;
  /** A whole number from 0 to 2⁵³ − 1. */
  readonly seed: number;
  /** At most; it ends earlier when no row changes its cluster. Default 100. */
  readonly iterations?: number;
}

export interface KMeans {
  /** [k, d]. */
  readonly centers: Tensor<Float32Array>;
  /** Squared distance of a row to its nearest center, the mean over all rows. */
  readonly loss: number;
  /** The cluster of each row of x[n, d], as classes[n]. */
  readonly assign: (x: Tensor) => Tensor<Int32Array>;
}

/**
 * Fits k centers to x[n, …]. In double precision; the same seed and data give the same bits everywhere. A cluster that
 * loses all its rows gets the one that is farthest from its center.
 *
 * @throws when there are fewer rows than clusters
 */
export function kMeans(x: Tensor, options: KMeansOptions): KMeans {
  checkTensor('kMeans', x);
  const { clusters, seed, iterations } = settle('kMeans', options, { iterations: 100 }, ['clusters', 'seed']);
  if (!(Number.isInteger(clusters) && clusters >= 1 && clusters <= rowCount(x))) {
    throw new Error(`kMeans: clusters must be a whole number from 1 to the ${rowCount(x)} rows, got ${clusters}`);
  }
  checkSeed('kMeans', seed);
  if (!x.data.every(Number.isFinite)) throw new Error('kMeans: all values must be finite; leave out rows that are not');
  const rows = rowsOf(x);
  const centers = spread(rows, clusters, seed);
  let nearest = rows.map((row) => nearestOf(centers, row));
  for (let i = 0; i < iterations; i++) {
    moveToMeans(centers, rows, nearest);
    const before = nearest;
    nearest = rows.map((row) => nearestOf(centers, row));
    if (nearest.every(({ cluster }, row) => cluster === before[row]?.cluster)) break;
  }
  const width = rowSize(x);
  return {
    centers: tensor(
      Float32Array.from({ length: clusters * width }, (_, i) => centers[Math.floor(i / width)]?.[i % width] ?? 0),
      [clusters, width],
    ),
    loss: nearest.reduce((sum, { distance }) => sum + distance, 0) / rows.length,
    assign: (x) => {
      checkTensor('kMeans', x);
      if (rowSize(x) !== width) throw new Error(`kMeans: rows must have ${width} elements, got ${rowSize(x)}`);
      return tensor(Int32Array.from(rowsOf(x), (row) => nearestOf(centers, row).cluster));
    },
  };
}

interface Nearest {
  readonly cluster: number;
  /** Squared. */
  readonly distance: number;
}

/** k-means++: each next center is a row drawn with a probability that grows with its distance to those before. */
function spread(rows: readonly TensorData[], clusters: number, seed: number): Float64Array[] {
  const centers: Float64Array[] = [];
  let weights = rows.map(() => 1);
  for (let k = 0; k < clusters; k++) {
    const center = Float64Array.from(rows[drawn(weights, uniform(seed, k, 'kMeans'))] ?? []);
    centers.push(center);
    weights = rows.map((row, i) =>
      Math.min(k === 0 ? Number.POSITIVE_INFINITY : (weights[i] ?? 0), squaredDistance(row, center)),
    );
  }
  return centers;
}

/** The index at which the running sum of the weights passes the part u of the whole. */
function drawn(weights: readonly number[], u: number): number {
  let rest = u * weights.reduce((sum, weight) => sum + weight, 0);
  return Math.max(
    0,
    weights.findIndex((weight) => {
      rest -= weight;
      return rest < 0;
    }),
  );
}

/** Each center becomes the mean of its rows; one without rows the row that is farthest from its own center. */
function moveToMeans(centers: readonly Float64Array[], rows: readonly TensorData[], nearest: readonly Nearest[]): void {
  const counts = new Int32Array(centers.length);
  for (const center of centers) center.fill(0);
  for (const [i, row] of rows.entries()) {
    const cluster = nearest[i]?.cluster ?? 0;
    counts[cluster] = at(counts, cluster) + 1;
    const center = centers[cluster] ?? new Float64Array(0);
    for (let j = 0; j < row.length; j++) center[j] = at(center, j) + at(row, j);
  }
  const farthest = counts.includes(0) ? [...nearest.entries()].sort(([, a], [, b]) => b.distance - a.distance) : [];
  for (const [k, center] of centers.entries()) {
    const count = at(counts, k);
    const [replacement = 0] = count === 0 ? (farthest.shift() ?? []) : [];
    if (count === 0) center.set(rows[replacement] ?? []);
    else for (let j = 0; j < center.length; j++) center[j] = at(center, j) / count;
  }
}

function nearestOf(centers: readonly Float64Array[], row: TensorData): Nearest {
  let best: Nearest = { cluster: 0, distance: Number.POSITIVE_INFINITY };
  for (const [cluster, center] of centers.entries()) {
    const distance = squaredDistance(row, center);
    if (distance < best.distance) best = { cluster, distance };
  }
  return best;
}

function squaredDistance(x: TensorData, y: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) {
    const difference = at(x, i) - at(y, i);
    sum += difference * difference;
  }
  return sum;
}
