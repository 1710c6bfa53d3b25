// One aligned line per pause, with the names above the first: progress, so it goes to stderr.

import { show as showValue } from '../catalogue.ts';
import { printable } from '../printable.ts';
import type { Info } from '../trainable.ts';
import type { Report } from './report.ts';
import { showNumber } from './showNumber.ts';

const WIDTH = 12;

/**
 * Prints each info as an aligned line on stderr.
 *
 * @param keys which numbers of the info, in this order; `?` where there is none
 */
export function oneLine(keys: readonly string[]): Report {
  if (!Array.isArray(keys)) {
    throw new Error(`oneLine: expected a list of names, got ${showValue(keys)}; write oneLine(['step', 'valLoss'])`);
  }
  let isFirst = true;
  const line = (cells: readonly string[]): string => cells.map((cell) => printable(cell).padStart(WIDTH)).join(' ');
  return (info) => {
    if (isFirst) console.error(line(keys));
    isFirst = false;
    console.error(line(keys.map((key) => show(info[key]))));
  };
}

function show(value: Info[string] | undefined): string {
  return typeof value === 'number' ? showNumber(value) : String(value ?? '?');
}
