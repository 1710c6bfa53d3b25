// One JSON object per pause, for programs that read along.

import { printable } from '../printable.ts';
import type { Report } from './report.ts';

/** Prints each info as a line of JSON on stderr. */
export function jsonLine(): Report {
  return (info) => console.error(printable(JSON.stringify(info)));
}
