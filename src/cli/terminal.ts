// A few lines at the bottom of a terminal that are painted again and again.

import { printable } from '../printable.ts';

/** Whether stderr is a terminal that can move its cursor. */
export function isLive(): boolean {
  return process.stderr.isTTY === true && process.env.TERM !== 'dumb';
}

/** Characters of a line on stdout, if it is a terminal. */
export function outputWidth(): number | undefined {
  return process.stdout.columns;
}

let painted = 0;

/** Paints lines in place of those painted before, cut to the terminal's width. */
export function paint(lines: readonly string[]): void {
  const { columns = 80, rows = 24 } = process.stderr;
  const shown = lines.slice(0, Math.max(1, rows - 1)).map((line) => `${printable(line).slice(0, columns - 1)}\n`);
  process.stderr.write(`${erasure()}${shown.join('')}`);
  painted = shown.length;
}

/** Takes away what was painted, so that other lines can be written there. */
export function unpaint(): void {
  if (painted > 0) process.stderr.write(erasure());
  painted = 0;
}

/** *ECMA-48*: cursor up, then erase to the end of the screen. */
function erasure(): string {
  return painted > 0 ? `\x1b[${painted}A\x1b[0J` : '';
}
