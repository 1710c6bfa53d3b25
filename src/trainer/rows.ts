// Predictions of rows one by one. A program for a chunk of rows takes as long for a single one, and there are those who
// ask again and again: for the next character, for what was just drawn.

import type { Tensor } from '../data/tensor.ts';
import type { Node } from '../graph/node.ts';
import { topological } from '../graph/topological.ts';
import { Machine } from '../machine/machine.ts';
import { inChunks } from './chunks.ts';
import type { Chunked } from './programs.ts';

/** A machine of its own, so that those who never predict a few rows need not have it. */
export class RowPredictor {
  readonly #program: Chunked<'predict'>;
  /** What the prediction depends on and training changes. */
  readonly #leaves: readonly Node[];
  readonly #machine: Machine<'predict'>;

  /** @param program predicts one row, without random numbers */
  constructor(program: Chunked<'predict'>) {
    this.#program = program;
    this.#leaves = topological(program.results).filter(({ leaf }) => leaf?.zone === 'state');
    this.#machine = new Machine(this.#leaves, { predict: { updates: [], outputs: program.results } });
  }

  /** As `inChunks`. @param valuesOf leaves that training changes */
  predict(tensors: readonly Tensor[], valuesOf: (leaf: Node) => Float32Array): Generator<readonly Float32Array[]> {
    for (const leaf of this.#leaves) this.#machine.floats(leaf).set(valuesOf(leaf));
    return inChunks(this.#machine, this.#program, tensors);
  }
}
