// The registry of the machine: a kernel exists because it is exported here.

export { run } from './run';
export { embedding, embeddingGradient } from './embedding';
export * from './map';
export { matmul } from './matmul';
export * from './memory';
export { orthogonalize } from './orthogonalize';
export * from './patches';
export * from './pool';
export * from './random';
export * from './scalar';
export * from './softmax';
export { expand, sumColumns, sumRows } from './sum';
export * from './zip';
