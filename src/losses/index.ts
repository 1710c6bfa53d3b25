// The losses.

export { absoluteError } from './absoluteError.ts';
export { binaryCrossEntropy } from './binaryCrossEntropy.ts';
export { crossEntropy } from './crossEntropy.ts';
export { squaredError } from './squaredError.ts';
