// Nothing.

import type { Report } from './report.ts';

/** Prints nothing. */
export function silent(): Report {
  return () => {};
}
