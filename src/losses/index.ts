// The losses.

export { absoluteError } from './absoluteError.ts';
export { bernoulliKl } from './bernoulliKl.ts';
export { binaryCrossEntropy } from './binaryCrossEntropy.ts';
export { contrastive } from './contrastive.ts';
export { cosine } from './cosine.ts';
export { crossEntropy } from './crossEntropy.ts';
export { gaussianKl } from './gaussianKl.ts';
export { gaussianNll } from './gaussianNll.ts';
export { hinge } from './hinge.ts';
export { huber } from './huber.ts';
export { squaredError } from './squaredError.ts';
export { squaredHinge } from './squaredHinge.ts';
