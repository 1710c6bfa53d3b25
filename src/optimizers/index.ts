// The optimizers.

export { adadelta } from './adadelta.ts';
export { adagrad } from './adagrad.ts';
export { adam } from './adam.ts';
export { adamw } from './adamw.ts';
export { amsgrad } from './amsgrad.ts';
export { conjugateGradients } from './conjugateGradients.ts';
export { lbfgs } from './lbfgs.ts';
export { lion } from './lion.ts';
export { nadam } from './nadam.ts';
export { rmsprop } from './rmsprop.ts';
export { rprop } from './rprop.ts';
export { sgd } from './sgd.ts';
