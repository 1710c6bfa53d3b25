// A few lines at the bottom of a terminal that are painted again and again.

import { printable } from '../printable.ts';

/** Whether stderr is a terminal that can move its cursor. */
export function isLive(): boolean {
  return process.stderr.isTTY === true && process.env.TERM !== 'dumb';
}

/** Characters of a line on stdout, if it is a terminal. */
export function outputWidth(): number | undefined {
  return process.stdout.columns || undefined;
}

export function size(): { readonly columns: number; readonly rows: number } {
  const { columns, rows } = process.stderr;
  // Some tell 0.
  return { columns: columns || 80, rows: rows || 24 };
}

let painted: readonly string[] = [];

/** Paints lines in place of those painted before, cut to the terminal's size. */
export function paint(lines: readonly string[]): void {
  const { columns, rows } = size();
  const shown = lines.slice(0, Math.max(1, rows - 1)).map((line) => printable(line).slice(0, columns - 1));
  process.stderr.write(`${erasure()}${shown.map((line) => `${line}\n`).join('')}`);
  painted = shown;
}

/** Takes away what was painted, so that other lines can be written there. */
export function unpaint(): void {
  if (painted.length > 0) process.stderr.write(erasure());
  painted = [];
}

/** *ECMA-48*: cursor up, then erase to the end of the screen. */
function erasure(): string {
  // A terminal that has become narrower since has wrapped them.
  const { columns, rows } = size();
  const height = painted.reduce((sum, line) => sum + Math.max(1, Math.ceil(line.length / columns)), 0);
  return height > 0 ? `\x1b[${Math.min(height, rows - 1)}A\r\x1b[0J` : '';
}
