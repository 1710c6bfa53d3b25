// An experiment: five functions. What kind of thing `pars` is follows from the first of them.

import type { DrawContext } from './search/sample.ts';
import type { Trainable } from './trainable.ts';

/** Usually `[input, target]`. */
type Tuple = readonly [unknown, ...unknown[]];

/** Data by split; more than splits may be among it. */
export interface Splits {
  readonly train: Tuple;
  readonly val: Tuple;
  readonly test?: Tuple;
}

/** What the functions of one configuration's run are given besides its hyperparameters. */
export interface RunContext {
  /** The configuration's own seed. */
  readonly seed: number;
  /** The folder given with `--data`, if any. */
  readonly dataDirectory?: string;
  /** Tells the user something, in one line. */
  readonly notice: (line: string) => void;
}

export interface Experiment<Pars = unknown, Data extends Splits = Splits, Trained extends Trainable = Trainable> {
  /** Put at the top of each configuration; a JavaScript comment or empty. Jobs are counted from 1. */
  preamble(jobIndex: number): string;
  /** The hyperparameters of n configurations. */
  drawPars(n: number, context: DrawContext): Iterable<Pars>;
  /** Called at every start and every continuation. */
  loadData(pars: Pars, context: RunContext): Data | Promise<Data>;
  newTrainer(pars: Pars, data: Data, context: RunContext): Trained | Promise<Trained>;
  /**
   * Run each configuration in a process of its own. By default one process runs many, with module and data loaded once;
   * an experiment says `true` if it keeps a state of its own from run to run, or if `loadData` depends on more than what it
   * reads of `pars` and `context`.
   */
  readonly isolated?: boolean;
  /** Options of `sbatch` for `alc submit`, by their long names: `{ time: '04:00:00', mem: '2G', exclusive: true }`. */
  readonly slurm?: Readonly<Record<string, string | number | true>>;
  /** Called with the best parameters switched in; the result is written as JSON. */
  makeReport(pars: Pars, trainer: Trained, data: Data, context: RunContext): unknown;
}

/** The names of the five functions. */
export const experimentFunctions = ['preamble', 'drawPars', 'loadData', 'newTrainer', 'makeReport'] as const;

/**
 * Types all five functions from what `drawPars` gives, `loadData` returns and `newTrainer` makes. Returns what it was
 * given: `export default defineExperiment({ … })`.
 */
export function defineExperiment<Pars, Data extends Splits, Trained extends Trainable>(
  experiment: Experiment<Pars, Data, Trained>,
): Experiment<Pars, Data, Trained> {
  return experiment;
}
