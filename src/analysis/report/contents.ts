// What a report's page shows: plain data that is written into it as JSON, once, and read by the code of `src/page`.
// All numbers are those of the files; as in the files, NaN and ±Infinity are the texts "NaN", "Infinity", "-Infinity".

import type { Json } from '../../storage/json.ts';

export type Value = null | boolean | number | string;

export interface ReportContents {
  /** Name of the location. */
  readonly title: string;
  readonly location: string;
  /** Null where nothing is noted in the location. */
  readonly experiment: { readonly module: string; readonly seed: number } | null;
  /** Version of Alchemie that made the report, and when: ISO 8601. */
  readonly alchemie: string;
  readonly made: string;
  /** Of every configuration, in the order of their indices. `index` and `state` are always there. */
  readonly columns: readonly ColumnContents[];
  /** Parameters that are the same in all configurations. */
  readonly common: readonly (readonly [key: string, value: Value])[];
  /** Learning curves of as many configurations as there is room for, see `curveNote`. */
  readonly curves: readonly CurveContents[];
  readonly details: readonly DetailContents[];
  /** What was left out for the page to stay of a bounded size. */
  readonly notes: readonly string[];
  /** For the results that there was time for; the first is `bestLoss`. */
  readonly importance: readonly ImportanceContents[];
  readonly provenance: readonly ProvenanceContents[];
}

export interface ColumnContents {
  /** `pars.optimizer.name`, `report.testLoss`, `bestLoss`. */
  readonly key: string;
  /** `par`: chosen; `result`: measured; `fact`: of the run. */
  readonly kind: 'par' | 'result' | 'fact';
  readonly values: readonly Value[];
}

/** Some lines of a log, whole and exact, column by column. */
export interface CurveContents {
  /** Place of the configuration in the columns. */
  readonly row: number;
  /** How many lines the log has. */
  readonly lines: number;
  readonly series: { readonly [key: string]: readonly Value[] };
}

export interface DetailContents {
  readonly row: number;
  readonly report?: Json;
  readonly run?: Json;
  /** Why it has failed, or cannot be read. */
  readonly problem?: string;
}

/** Which parameters mattered for a result. */
export interface ImportanceContents {
  readonly result: string;
  /** The most important first; parts of 1. */
  readonly shares: readonly { readonly key: string; readonly pedAnova: number; readonly fanova: number }[];
  /** What it rests on, and why it is to be taken with caution. */
  readonly notes: readonly string[];
}

/** What the runs were made with: each value and how many configurations have it. */
export interface ProvenanceContents {
  readonly key: string;
  readonly values: readonly (readonly [value: string, count: number])[];
}
