// Predictions of rows one by one. A program for a chunk of rows takes as long for a single one, and there are those who
// ask again and again: for the next character, for what was just drawn.

import type { Tensor } from '../data/tensor.ts';
import { type Node, size } from '../graph/node.ts';
import { topological } from '../graph/topological.ts';
import { Machine } from '../machine/machine.ts';
import { inChunks } from './chunks.ts';
import type { Chunked } from './programs.ts';

/** Elements that may be copied for each prediction, 64 MiB: more had better not be in memory twice. */
const MOST_COPIED = 2 ** 24;

/** Elements of tables that may be copied, though only some rows of them are looked up. */
const MOST_IN_TABLES = 2 ** 20;

/** A machine of its own, so that those who never predict a few rows need not have it. */
export class RowPredictor {
  readonly #program: Chunked<'predict'>;
  /** What the prediction depends on and training changes. */
  readonly #leaves: readonly Node[];
  readonly #machine: Machine<'predict'>;

  private constructor(program: Chunked<'predict'>, leaves: readonly Node[]) {
    this.#program = program;
    this.#leaves = leaves;
    this.#machine = new Machine(leaves, { predict: { updates: [], outputs: program.results } });
  }

  /**
   * None where chunks had better be predicted: of random numbers, which depend on the chunk, and where more would have to
   * be copied than it saves.
   *
   * @param program predicts one row
   */
  static of(program: Chunked<'predict'>): RowPredictor | undefined {
    const nodes = topological(program.results);
    const leaves = nodes.filter(({ leaf }) => leaf?.zone === 'state');
    const tables = nodes.flatMap(({ op, inputs }) => (op === 'embedding' ? (inputs[0] ?? []) : []));
    const isTooMuch = elementsOf(leaves) > MOST_COPIED || elementsOf(tables) > MOST_IN_TABLES;
    return program.chunk || isTooMuch ? undefined : new RowPredictor(program, leaves);
  }

  /** Predictions of all rows. @param valuesOf leaves that training changes */
  predict(tensors: readonly Tensor[], valuesOf: (leaf: Node) => Float32Array): readonly (readonly Float32Array[])[] {
    for (const leaf of this.#leaves) this.#machine.floats(leaf).set(valuesOf(leaf));
    // At once: others may change what has been copied.
    return Array.from(inChunks(this.#machine, this.#program, tensors), (results) => results.map((of) => of.slice()));
  }
}

function elementsOf(nodes: readonly Node[]): number {
  return nodes.reduce((sum, { shape }) => sum + size(shape), 0);
}
