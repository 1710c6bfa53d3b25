// The layers.

export { type AttentionOptions, type AttentionWeightsOptions, attention, attentionWeights } from './attention.ts';
export { type BatchNormOptions, batchNorm } from './batchNorm.ts';
export { type Conv1dOptions, conv1d } from './conv1d.ts';
export { type Conv2dOptions, conv2d } from './conv2d.ts';
export { type DenseOptions, dense } from './dense.ts';
export { dropout } from './dropout.ts';
export { type EmbeddingOptions, embedding } from './embedding.ts';
export { flatten } from './flatten.ts';
export { gru } from './gru.ts';
export { type LayerNormOptions, layerNorm } from './layerNorm.ts';
export { lstm } from './lstm.ts';
export { globalPool, type PoolingOptions, pool } from './pool.ts';
export { positions } from './positions.ts';
export { bidirectional, type Recurrent, type RecurrentOptions } from './recurrent.ts';
export { residual } from './residual.ts';
export { type RnnOptions, rnn } from './rnn.ts';
export { type Pooling, poolOverTime } from './sequence.ts';
