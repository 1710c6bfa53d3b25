// Standardization: every column gets mean 0 and standard deviation 1.

import { rowCount, type Tensor } from './tensor.ts';
import { at, columnMeans, mapRows, minus, rowsOf, type Transform } from './transform.ts';

/**
 * Fits mean and standard deviation (of the population: divided by n) of each column of x[n, …], usually the training
 * inputs, and makes y[n, d] = (x − mean) / deviation. Columns that never change become 0.
 *
 * @throws when there are fewer than two rows, or a value that is not finite
 */
export function standardization(x: Tensor): Transform {
  const mean = columnMeans('standardization', x);
  const squares = new Float64Array(mean.length);
  for (const row of rowsOf(x)) {
    for (const [i, difference] of minus(row, mean).entries()) squares[i] = at(squares, i) + difference * difference;
  }
  const deviation = squares.map((sum) => (sum > 0 ? Math.sqrt(sum / rowCount(x)) : 1));
  return {
    apply: (x) =>
      mapRows('standardization', x, mean.length, (row) => minus(row, mean).map((value, i) => value / at(deviation, i))),
    invert: (y) =>
      mapRows('standardization', y, mean.length, (row) =>
        row.map((value, i) => value * at(deviation, i) + at(mean, i)),
      ),
  };
}
