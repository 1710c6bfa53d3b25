// One JSON object per pause, for programs that read along.

import { show } from '../catalogue.ts';
import { printable } from '../printable.ts';
import type { Report } from './report.ts';

/** Prints each info as a line of JSON on stderr. */
export function jsonLine(): Report;
export function jsonLine(...given: readonly unknown[]): Report {
  // The report itself is called with every line: it would make reports and print nothing.
  if (given.some((value) => value !== undefined))
    throw new Error(`jsonLine: takes nothing, got ${show(given[0])}; write report: jsonLine()`);
  return (info) => console.error(printable(JSON.stringify(info)));
}
