// The public surface, name by name.

export { type Chorales, type Digits, type Jsb, loadJsb, loadMnist, type Mnist } from '#datasets';
export { type ColumnType, type CsvOptions, columnStack, readCsv, type Table } from './data/csv.ts';
export { readIdx } from './data/idx.ts';
export { type KMeans, type KMeansOptions, kMeans } from './data/kMeans.ts';
export { readNpy } from './data/npy.ts';
export { readNpz } from './data/npz.ts';
export { chunks, nextSteps, type PaddingOptions, padded, windows } from './data/sequences.ts';
export { shuffled } from './data/shuffled.ts';
export { oneHot, rowsWhere, scaled, split } from './data/split.ts';
export { standardization } from './data/standardization.ts';
export { type Tensor, tensor } from './data/tensor.ts';
export type { Transform } from './data/transform.ts';
export { type Pca, type PcaOptions, pca, zca } from './data/whitening.ts';
export { UserError } from './errors.ts';
export { defineExperiment, type Experiment, type RunContext, type Splits } from './experiment.ts';
export type { Node, Shape } from './graph/node.ts';
export * as ops from './graph/ops/index.ts';
export type { InitializerConfiguration } from './initializers/configure.ts';
export * as layers from './layers/index.ts';
export type { Scope } from './layers/scope.ts';
export type { LossConfiguration } from './losses/configure.ts';
export type { Loss } from './losses/loss.ts';
export type { AutoencoderOptions } from './models/autoencoder.ts';
export type { CnnOptions } from './models/cnn.ts';
export { model, type Site } from './models/custom.ts';
export type { FastDropoutOptions } from './models/fastDropout.ts';
export { autoencoder, cnn, fastDropout, gru, linear, lstm, mlp, rnn, transformer, vae } from './models/index.ts';
export type { LinearOptions } from './models/linear.ts';
export type { MlpOptions } from './models/mlp.ts';
export type { Evaluation, Field, Model } from './models/model.ts';
export type { RecurrentNetworkOptions } from './models/recurrentNetwork.ts';
export type { TransformerOptions } from './models/transformer.ts';
export type { VaeOptions } from './models/vae.ts';
export type { OptimizerConfiguration } from './optimizers/configure.ts';
export { defineMethod, defineOptimizer } from './optimizers/define.ts';
export type { Method, Optimizer } from './optimizers/optimizer.ts';
export { jsonLine, oneLine, silent } from './reports/index.ts';
export type { Report } from './reports/report.ts';
export type { Rate } from './schedules/configure.ts';
export { accuracy } from './scores/index.ts';
export type { Score } from './scores/score.ts';
export { choice, int, logUniform, normal, uniform } from './search/distributions/index.ts';
export { type DrawContext, type Drawn, grid, sample } from './search/sample.ts';
export type { Criterion } from './stops/criterion.ts';
export {
  afterEpochs,
  afterSeconds,
  afterSteps,
  all,
  always,
  any,
  converged,
  everyEpochs,
  everySteps,
  isNaN,
  never,
  notBetterThanAfter,
  onSignal,
  patience,
  rising,
} from './stops/index.ts';
export { readSafetensors } from './storage/safetensors.ts';
export type { Info, Snapshot, Trainable, Watch } from './trainable.ts';
export { type Split, Trainer, type TrainerData, type TrainerOptions } from './trainer.ts';
