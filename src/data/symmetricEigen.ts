// Eigenvalues and eigenvectors of a symmetric matrix, in double precision, by + − × ÷ and square roots alone: the same
// bits everywhere. First a tridiagonal matrix by Householder reflections, then its diagonal by QL steps with Wilkinson's
// shift; about 3 d³ multiplications and additions.
// G. H. Golub & C. F. Van Loan: Matrix Computations, 4th edition 2013, sections 8.3.1 and 8.3.3.
// Differs: QL instead of QR, as in J. H. Wilkinson & C. Reinsch: Handbook for Automatic Computation II, 1971.

export interface Eigen {
  /** From the largest to the smallest. */
  readonly values: Float64Array;
  /** Row i is the unit vector of value i; its element of largest magnitude is positive. */
  readonly vectors: readonly Float64Array[];
}

/** More steps than this for one eigenvalue are not needed in double precision. */
const MOST_STEPS = 60;

/**
 * @param matrix rows of a symmetric matrix [d, d]; its lower triangle is read
 * @throws when an element is not finite
 */
export function symmetricEigen(matrix: readonly Float64Array[]): Eigen {
  if (!matrix.every((row) => row.every(Number.isFinite))) {
    throw new Error('symmetricEigen: all elements must be finite');
  }
  const { diagonal, offDiagonal, basis } = tridiagonal(matrix);
  diagonalize(diagonal, offDiagonal, basis);
  // Stable, so equal values keep their order.
  const order = Array.from(diagonal.keys()).sort((a, b) => at(diagonal, b) - at(diagonal, a));
  return {
    values: Float64Array.from(order, (i) => at(diagonal, i)),
    vectors: order.map((i) => withPositivePeak(row(basis, i))),
  };
}

interface Tridiagonal {
  readonly diagonal: Float64Array;
  /** Element i stands beside diagonal elements i and i + 1. */
  readonly offDiagonal: Float64Array;
  /** matrix = basisᵀ · tridiagonal · basis. */
  readonly basis: Float64Array[];
}

/** Householder's reduction: reflection k turns all of column k below its second element to zero. */
function tridiagonal(matrix: readonly Float64Array[]): Tridiagonal {
  const d = matrix.length;
  const a = matrix.map((_, i) =>
    Float64Array.from({ length: d }, (_, j) => at(row(matrix, Math.max(i, j)), Math.min(i, j))),
  );
  const offDiagonal = new Float64Array(Math.max(0, d - 1));
  // Row k of `reflectors` is the unit vector v of the reflection 1 − 2 v vᵀ.
  const reflectors: Float64Array[] = [];
  for (let k = 0; k + 1 < d; k++) {
    const v = new Float64Array(d);
    let scale = 0;
    for (let i = k + 1; i < d; i++) scale = Math.max(scale, Math.abs(at(row(a, i), k)));
    let square = 0;
    for (let i = k + 1; i < d; i++) {
      // Scaled, so that squares neither overflow nor vanish.
      v[i] = scale === 0 ? 0 : at(row(a, i), k) / scale;
      square += at(v, i) * at(v, i);
    }
    const head = at(v, k + 1);
    const length = head > 0 ? -Math.sqrt(square) : Math.sqrt(square);
    offDiagonal[k] = length * scale;
    v[k + 1] = head - length;
    // |v|² after its head has changed.
    const norm = Math.sqrt(square - head * head + at(v, k + 1) * at(v, k + 1));
    if (norm > 0) for (let i = k + 1; i < d; i++) v[i] = at(v, i) / norm;
    reflectors.push(v);
    reflect(a, v, k + 1);
  }
  const basis = matrix.map((_, i) => Float64Array.from({ length: d }, (_, j) => (i === j ? 1 : 0)));
  // The product of all reflections, transposed; the last first, so that the leading rows stay those of the identity.
  for (const [k, v] of [...reflectors.entries()].reverse()) {
    for (let i = k + 1; i < d; i++) addScaled(row(basis, i), v, -2 * dot(row(basis, i), v, k + 1), k + 1);
  }
  return { diagonal: Float64Array.from(a, (values, i) => at(values, i)), offDiagonal, basis };
}

/** a ← (1 − 2 v vᵀ) a (1 − 2 v vᵀ) for the rows and columns from `start` on. */
function reflect(a: readonly Float64Array[], v: Float64Array, start: number): void {
  const d = a.length;
  const p = new Float64Array(d);
  for (let i = start; i < d; i++) p[i] = 2 * dot(row(a, i), v, start);
  const half = dot(p, v, start);
  // p − (pᵀv) v: then a ← a − w vᵀ − v wᵀ.
  addScaled(p, v, -half, start);
  for (let i = start; i < d; i++) {
    addScaled(row(a, i), v, -at(p, i), start);
    addScaled(row(a, i), p, -at(v, i), start);
  }
}

/** Implicit QL steps until nothing is left beside the diagonal; the rows of `basis` become eigenvectors. */
function diagonalize(diagonal: Float64Array, offDiagonal: Float64Array, basis: readonly Float64Array[]): void {
  const d = diagonal.length;
  for (let first = 0; first < d; first++) {
    for (let step = 0; ; step++) {
      let last = first;
      while (last + 1 < d && !isNegligible(diagonal, offDiagonal, last)) last++;
      if (last === first) break;
      if (step === MOST_STEPS) throw new Error('symmetricEigen: does not converge');
      qlStep(diagonal, offDiagonal, basis, first, last);
    }
  }
}

function isNegligible(diagonal: Float64Array, offDiagonal: Float64Array, i: number): boolean {
  const neighbours = Math.abs(at(diagonal, i)) + Math.abs(at(diagonal, i + 1));
  return neighbours + Math.abs(at(offDiagonal, i)) === neighbours;
}

/** One step on the block from `first` to `last`: a rotation at its end, the others chase what it puts beside the band. */
function qlStep(
  diagonal: Float64Array,
  offDiagonal: Float64Array,
  basis: readonly Float64Array[],
  first: number,
  last: number,
): void {
  const ratio = (at(diagonal, first + 1) - at(diagonal, first)) / (2 * at(offDiagonal, first));
  const root = hypotenuse(ratio, 1);
  const shift = at(diagonal, first) - at(offDiagonal, first) / (ratio + (ratio < 0 ? -root : root));
  let [c, s, dropped] = [1, 1, 0];
  let bulge = at(diagonal, last) - shift;
  for (let i = last - 1; i >= first; i--) {
    const beside = s * at(offDiagonal, i);
    const kept = c * at(offDiagonal, i);
    const length = hypotenuse(beside, bulge);
    if (i + 1 < last) offDiagonal[i + 1] = length;
    if (length === 0) {
      // The block has come apart by itself.
      diagonal[i + 1] = at(diagonal, i + 1) - dropped;
      return;
    }
    [s, c] = [beside / length, bulge / length];
    const corner = at(diagonal, i + 1) - dropped;
    const turned = (at(diagonal, i) - corner) * s + 2 * c * kept;
    dropped = s * turned;
    diagonal[i + 1] = corner + dropped;
    bulge = c * turned - kept;
    rotate(row(basis, i), row(basis, i + 1), c, s);
  }
  diagonal[first] = at(diagonal, first) - dropped;
  offDiagonal[first] = bulge;
}

function rotate(x: Float64Array, y: Float64Array, c: number, s: number): void {
  for (let i = 0; i < x.length; i++) {
    const [xi, yi] = [at(x, i), at(y, i)];
    y[i] = s * xi + c * yi;
    x[i] = c * xi - s * yi;
  }
}

/** √(x² + y²) without overflow. */
function hypotenuse(x: number, y: number): number {
  const [small, large] = [Math.min(Math.abs(x), Math.abs(y)), Math.max(Math.abs(x), Math.abs(y))];
  if (large === 0) return 0;
  return large * Math.sqrt(1 + (small / large) * (small / large));
}

function withPositivePeak(vector: Float64Array): Float64Array {
  const peak = vector.reduce((best, value) => (Math.abs(value) > Math.abs(best) ? value : best), 0);
  return peak < 0 ? vector.map((value) => -value) : vector;
}

function dot(x: Float64Array, y: Float64Array, start: number): number {
  let sum = 0;
  for (let i = start; i < x.length; i++) sum += at(x, i) * at(y, i);
  return sum;
}

/** x ← x + factor y, from `start` on. */
function addScaled(x: Float64Array, y: Float64Array, factor: number, start: number): void {
  for (let i = start; i < x.length; i++) x[i] = at(x, i) + factor * at(y, i);
}

function at(vector: Float64Array, i: number): number {
  return vector[i] ?? 0;
}

function row(matrix: readonly Float64Array[], i: number): Float64Array {
  return matrix[i] ?? new Float64Array(0);
}
