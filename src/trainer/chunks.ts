// Programs that are fed a chunk of rows at a time: memory does not grow with the number of rows.

import { rowCount, rowSize, type Tensor } from '../data/tensor.ts';
import { size } from '../graph/node.ts';
import type { Machine } from '../machine/machine.ts';
import type { Chunked, ProgramName } from './programs.ts';

/**
 * Runs a program over tensors of equally many rows; gives the results for each chunk of them, valid until the next.
 */
export function* inChunks<Name extends ProgramName>(
  machine: Machine<Name>,
  { name, inputs, chunk, rows, results }: Chunked<Name>,
  tensors: readonly Tensor[],
): Generator<readonly Float32Array[]> {
  const all = tensors[0] ? rowCount(tensors[0]) : 0;
  for (let from = 0; from < all; from += rows) {
    const to = Math.min(all, from + rows);
    for (const [i, node] of inputs) {
      const tensor = tensors[i];
      if (!tensor) continue;
      const width = rowSize(tensor);
      const view = machine.view(node);
      view.set(tensor.data.subarray(from * width, to * width));
      // The rows beyond the last are computed too, and what lay there before may be no class: an address out of bounds.
      view.fill(0, (to - from) * width);
    }
    if (chunk) machine.view(chunk)[0] = from / rows;
    machine.run(name);
    yield results.map((result) => machine.floats(result).subarray(0, ((to - from) * size(result.shape)) / rows));
  }
}
