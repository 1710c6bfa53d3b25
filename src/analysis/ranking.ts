// Configurations in the order of their best validation loss.

import { printable } from '../printable.ts';
import type { Summary } from '../storage/summary.node.ts';

export interface Ranked extends Summary {
  readonly bestLoss: number;
}

export interface Ranking {
  /** Best first; equal ones in the order of their index. */
  readonly ranked: readonly Ranked[];
  readonly withoutResult: readonly Summary[];
}

export function rank(summaries: readonly Summary[]): Ranking {
  const hasResult = (summary: Summary): summary is Ranked => Number.isFinite(summary.bestLoss);
  return {
    ranked: summaries.filter(hasResult).sort((a, b) => a.bestLoss - b.bestLoss || a.index - b.index),
    withoutResult: summaries.filter((summary) => !hasResult(summary)),
  };
}

/** In the words of the original tool. */
export function resultText({ directory, bestLoss }: Ranked): string {
  return `>>> found the best experiment in\n${printable(directory)}\n>>> with a validation loss of ${bestLoss}\n`;
}

/** The best `top` configurations as an aligned table, and a line on those without result. */
export function tableText({ ranked, withoutResult }: Ranking, top: number): string {
  const rows = ranked
    .slice(0, top)
    .map(({ directory, state, step, bestLoss }) => [
      bestLoss.toPrecision(6),
      `${step ?? '?'}`,
      state,
      printable(directory),
    ]);
  const lines = align([['validation loss', 'step', 'state', 'configuration'], ...rows]);
  if (ranked.length > top) lines.push(`… and ${ranked.length - top} more`);
  if (withoutResult.length > 0) {
    const shown = withoutResult.slice(0, 20).map(({ index }) => index);
    const more = withoutResult.length > shown.length ? ' …' : '';
    lines.push(`without result: ${shown.join(', ')}${more} (${withoutResult.length})`);
  }
  return `${lines.join('\n')}\n`;
}

/** Columns of equal width, the first two to the right. */
function align(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) =>
    rows.reduce((widest, row) => Math.max(widest, row[column]?.length ?? 0), 0),
  );
  return rows.map((row) =>
    row
      .map((cell, column) => (column < 2 ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
}
