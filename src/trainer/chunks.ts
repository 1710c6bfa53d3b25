// Programs that are fed a chunk of rows at a time: memory does not grow with the number of rows.

import { rowCount, rowSize, type Tensor } from '../data/tensor.ts';
import { size } from '../graph/node.ts';
import type { Machine } from '../machine/machine.ts';
import type { Chunked, ProgramName } from './programs.ts';

/**
 * Runs a program over tensors of equally many rows; gives the results of each chunk of them, valid until the next.
 */
export function* inChunks(
  machine: Machine<ProgramName>,
  { name, inputs, result }: Chunked,
  tensors: readonly Tensor[],
): Generator<Float32Array> {
  const chunk = inputs[0]?.shape[0] ?? 0;
  const rows = tensors[0] ? rowCount(tensors[0]) : 0;
  const perRow = size(result.shape) / chunk;
  for (let from = 0; from < rows; from += chunk) {
    const to = Math.min(rows, from + chunk);
    for (const [i, tensor] of tensors.entries()) {
      const node = inputs[i];
      if (!node) continue;
      const width = rowSize(tensor);
      const view = machine.view(node);
      view.set(tensor.data.subarray(from * width, to * width));
      // The rows beyond the last are computed too, and what lay there before may be no class: an address out of bounds.
      view.fill(0, (to - from) * width);
    }
    machine.run(name);
    yield machine.floats(result).subarray(0, (to - from) * perRow);
  }
}
