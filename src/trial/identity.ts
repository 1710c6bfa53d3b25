// Whether a checkpoint is continued by what it comes from, and if not, what has changed, in words.

import type { Splits } from '../experiment.ts';
import { isPlainObject } from '../literal.ts';
import type { AcceptedChange, Identity } from '../storage/checkpoint.ts';

/** A line for each split: `train: [60, 3], [60, 1]`; what has no shape is named by its type. */
export function shapesOf(data: Splits): string {
  const lines = Object.entries(data).map(
    ([name, parts]) => `${name}: ${(Array.isArray(parts) ? parts : [parts]).map(shapeOf).join(', ')}`,
  );
  return lines.join('\n');
}

function shapeOf(part: unknown): string {
  const shape = typeof part === 'object' && part !== null && 'shape' in part ? part.shape : undefined;
  return Array.isArray(shape) ? `[${shape.join(', ')}]` : typeof part;
}

export interface Change {
  readonly of: keyof Identity;
  readonly what: string;
  /** Lines that are gone, with - before them, and those that are new, with +. */
  readonly lines: readonly string[];
}

/** What differs; empty if and only if nothing does. */
export function changesBetween(before: Identity, now: Identity): Change[] {
  const what: Readonly<Record<keyof Identity, string>> = {
    pars: 'the configuration',
    data: 'the shapes of the data',
    module: `the text of ${namesOf(before.module, now.module).join(', ')}`,
    program: 'what the module computes',
    alchemie: `the version of alchemie, ${before.alchemie} before, ${now.alchemie} now`,
    wasm: 'the numerical core',
  };
  const isReadable = (key: keyof Identity): boolean => key === 'pars' || key === 'data';
  return (['pars', 'data', 'module', 'program', 'alchemie', 'wasm'] as const)
    .filter((key) => before[key] !== now[key])
    .map((of) => ({ of, what: what[of], lines: isReadable(of) ? lineDifferences(before[of], now[of]) : [] }));
}

/** The lines that are in one text only, with - and + before them. */
function lineDifferences(before: string, after: string): string[] {
  const [old, now] = [before.split('\n'), after.split('\n')];
  return [
    ...old.filter((line) => !now.includes(line)).map((line) => `- ${line.trim().replace(/,$/, '')}`),
    ...now.filter((line) => !old.includes(line)).map((line) => `+ ${line.trim().replace(/,$/, '')}`),
  ];
}

/** The files, named at the beginnings of lines, whose lines differ. */
function namesOf(before: string, after: string): string[] {
  const names = lineDifferences(before, after).map((line) => line.slice(2).replace(/ \S*$/, ''));
  return [...new Set(names)];
}

/** A report that says that its run is not an exact one, if it is not. */
export function withLineage(report: unknown, lineage: readonly AcceptedChange[]): unknown {
  if (lineage.length === 0) return report;
  return isPlainObject(report) ? { ...report, lineage } : { report, lineage };
}
