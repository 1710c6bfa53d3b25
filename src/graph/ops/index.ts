// The registry of operations.

export * from './columns.ts';
export * from './elementwise.ts';
export * from './matmul.ts';
export * from './memory.ts';
export * from './orthogonalize.ts';
export * from './random.ts';
export * from './scalar.ts';
export * from './softmax.ts';
export * from './sum.ts';
