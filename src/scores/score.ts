// What a score is: a number that says how good predictions are.

import type { Tensor } from '../data/tensor.ts';

/**
 * Given the predictions for a whole split and its target and weight; where the split is one tensor alone, that is the
 * target.
 */
export type Score = (prediction: Tensor<Float32Array>, target: Tensor, weight?: Tensor) => number;
