// What a format can be made of. A format is a record of functions, of which it has those that make sense for it: from
// trials, or from what one of them has learnt, to the bytes of files. None knows the disk.

import type { Tensor } from '../../data/tensor.ts';
import type { PredictionGraph } from '../../trainer/programs.ts';
import type { LoggedTrial, Table } from '../table.ts';

/** Pieces to be written one after the other. */
export type Chunks = Iterable<Uint8Array>;

export interface OutputFile {
  /** From the folder, with slashes. */
  readonly path: string;
  readonly chunks: Chunks;
}

/** Texts that a file says of itself. */
export type Facts = Readonly<Record<string, string>>;

export interface Format {
  /** What the name of a file ends with, without its dot; a format of many files has none. */
  readonly ending?: string;
  /** A table as a file. */
  readonly table?: (table: Table) => Chunks | Promise<Chunks>;
  /** All trials as one file. */
  readonly study?: (trials: readonly LoggedTrial[], name: string) => Chunks;
  /** All trials as a folder of files, which will lie at `url`. */
  readonly folder?: (trials: readonly LoggedTrial[], name: string, url: string) => Iterable<OutputFile>;
  /** What one trial has learnt, by name. */
  readonly parameters?: (parameters: ReadonlyMap<string, Tensor>, facts: Facts) => Chunks;
  /** What one trial predicts. */
  readonly graph?: (graph: PredictionGraph, facts: Facts) => Chunks;
}

const BATCH_CHARACTERS = 65_536;

/** Lines of text, each ended, in pieces of some size. */
export function* encodeLines(lines: Iterable<string>): Generator<Uint8Array> {
  const encoder = new TextEncoder();
  let batch = '';
  for (const line of lines) {
    batch += `${line}\n`;
    if (batch.length < BATCH_CHARACTERS) continue;
    yield encoder.encode(batch);
    batch = '';
  }
  if (batch !== '') yield encoder.encode(batch);
}
