// The registry of operations.

export * from './batchMatmul.ts';
export * from './convolution.ts';
export * from './elementwise.ts';
export * from './embedding.ts';
export * from './matmul.ts';
export * from './memory.ts';
export * from './orthogonalize.ts';
export * from './pool.ts';
export * from './random.ts';
export * from './scalar.ts';
export * from './softmax.ts';
export * from './sum.ts';
export type { Pair, WindowOptions } from './window.ts';
