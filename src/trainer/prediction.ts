// Predictions of any number of rows: chunk by chunk, or few rows one by one.

import { rowCount, type Tensor, tensor } from '../data/tensor.ts';
import { size } from '../graph/node.ts';
import type { Machine } from '../machine/machine.ts';
import type { Field } from '../models/model.ts';
import { inChunks } from './chunks.ts';
import type { ProgramName, TrainingPrograms } from './programs.ts';
import { RowPredictor } from './rows.ts';
import { checkIndices, checkRowLikeTraining, checkTensor, type Split } from './split.ts';

/** A row by itself takes as long as so many of a chunk, at the most (bench/predict.ts). */
const ROWS_OF_ONE = 8;

export class Predictor {
  readonly #machine: Machine<ProgramName>;
  readonly #programs: TrainingPrograms;
  readonly #fields: readonly Field[];
  readonly #train: Split;
  /** What predicts few rows, if anything, once that has been asked for. */
  #rows: { readonly predictor: RowPredictor | undefined } | undefined;

  /** @param train data whose rows are like those that will be given */
  constructor(machine: Machine<ProgramName>, programs: TrainingPrograms, fields: readonly Field[], train: Split) {
    this.#machine = machine;
    this.#programs = programs;
    this.#fields = fields;
    this.#train = train;
  }

  /**
   * The tensors that a prediction depends on, at their places in a split.
   *
   * @throws when one is missing, or does not fit
   */
  checked(given: Tensor | Split): Split {
    const tensors: Split = 'shape' in given ? [given] : given;
    for (const i of this.#programs.predict.inputs.keys()) {
      const [one, field] = [tensors[i], this.#fields[i]];
      if (!one?.shape || !field) {
        throw new Error(`predict: the ${field?.name} is missing; give a tensor made with tensor(…), or a whole split`);
      }
      checkTensor('predict', one, field);
      checkRowLikeTraining('predict', one, this.#train[i] ?? one, field.name);
      checkIndices('predict', one, this.#programs.limits.get(i), field.name);
    }
    return tensors;
  }

  /** What is predicted of tensors that were checked. Yields after every chunk of rows. */
  *predict(tensors: Split): Generator<void, Tensor<Float32Array>> {
    const { predict } = this.#programs;
    const shape = predict.results[0]?.shape ?? [];
    const rows = rowCount(tensors[0]);
    const perRow = size(shape) / predict.rows;
    const data = new Float32Array(rows * perRow);
    let at = 0;
    for (const [predictions = new Float32Array()] of this.#chunks(tensors)) {
      data.set(predictions, at);
      at += predictions.length;
      yield;
    }
    return tensor(data, [rows, ...(shape[0] === predict.rows ? shape.slice(1) : [perRow])]);
  }

  #chunks(tensors: Split): Iterable<readonly Float32Array[]> {
    const { predict, predictionOf } = this.#programs;
    if (rowCount(tensors[0]) * ROWS_OF_ONE <= predict.rows) {
      this.#rows ??= { predictor: RowPredictor.of(predictionOf(1)) };
      const { predictor } = this.#rows;
      if (predictor) return predictor.predict(tensors, (leaf) => this.#machine.floats(leaf));
    }
    return inChunks(this.#machine, predict, tensors);
  }
}
