// A few lines at the bottom of a terminal that are painted again and again.

import { fstatSync } from 'node:fs';
import { printable } from '../printable.ts';
import { orNull } from '../storage/disk.node.ts';

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

/** Whether what is being written is painted here, and not printed by anybody else. */
let isPainting = false;

/** Whether somebody has begun a line and not ended it: there is no place to paint. */
let isLineOpen = false;

/** Paints lines in place of those painted before, cut to the terminal's size. */
export function paint(lines: readonly string[]): void {
  if (isLineOpen) return;
  const { columns, rows } = size();
  const shown = lines.slice(0, Math.max(1, rows - 1)).map((line) => printable(line).slice(0, columns - 1));
  put(`${erasure()}${textOf(shown)}`);
  painted = shown;
}

/** Takes away what was painted, so that other lines can be written there. */
export function unpaint(): void {
  if (painted.length > 0) put(erasure());
  painted = [];
}

/**
 * From now on whatever this process prints on the terminal, on stderr or stdout, comes above what is painted, until the
 * function is called that is returned.
 */
export function keepBelow(): () => void {
  const terminal = deviceOf(process.stderr);
  const streams = [process.stderr, process.stdout].filter((stream) => stream.isTTY && deviceOf(stream) === terminal);
  const restore = streams.map((stream) => {
    const { _write: original } = stream;
    stream._write = (chunk, encoding, done) => {
      if (isPainting || chunk.length === 0) return original.call(stream, chunk, encoding, done);
      const bytes = typeof chunk === 'string' ? Buffer.from(chunk, encoding) : chunk;
      const before = erasure();
      isLineOpen = bytes.at(-1) !== LINE_FEED;
      if (isLineOpen) painted = [];
      // In one go, so that nothing flickers; as text of one byte each, for Node.js declares no encoding of bytes.
      const all = Buffer.concat([Buffer.from(before), bytes, Buffer.from(textOf(painted))]);
      original.call(stream, all.toString('latin1'), 'latin1', done);
    };
    return () => {
      stream._write = original;
    };
  });
  return () => {
    for (const restored of restore) restored();
    isLineOpen = false;
  };
}

const LINE_FEED = 10;

function deviceOf({ fd }: { readonly fd: number }): number | null {
  return orNull(() => fstatSync(fd).rdev);
}

function textOf(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('');
}

function put(text: string): void {
  isPainting = true;
  process.stderr.write(text);
  isPainting = false;
}

/** *ECMA-48*: cursor up, then erase to the end of the screen. */
function erasure(): string {
  // A terminal that has become narrower since has wrapped them.
  const { columns, rows } = size();
  const height = painted.reduce((sum, line) => sum + Math.max(1, Math.ceil(line.length / columns)), 0);
  return height > 0 ? `\x1b[${Math.min(height, rows - 1)}A\r\x1b[0J` : '';
}
