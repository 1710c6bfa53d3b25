// Configurations in the order of their best validation loss.

import { printable } from '../printable.ts';
import { showNumber } from '../reports/showNumber.ts';
import type { Summary } from '../storage/summary.node.ts';
import { columns } from './columns.ts';

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

/** The best `top` configurations as an aligned table, and lines on those without result. */
export function tableText({ ranked, withoutResult }: Ranking, top: number): string {
  const rows = ranked
    .slice(0, top)
    .map(({ directory, state, step, bestLoss }) => [
      showNumber(bestLoss),
      `${step ?? '?'}`,
      state,
      printable(directory),
    ]);
  const lines = columns([['validation loss', 'step', 'state', 'configuration'], ...rows]);
  if (ranked.length > top) lines.push(`… and ${ranked.length - top} more`);
  for (const [state, members] of byState(withoutResult)) {
    const shown = members.slice(0, SHOWN).map(({ index }) => index);
    const more = members.length > shown.length ? ' …' : '';
    lines.push(`${reasons[state]}: ${shown.join(', ')}${more} (${members.length})`);
  }
  return `${lines.join('\n')}\n`;
}

/** Why there is no best one, and what to do. */
export function noResultText({ withoutResult }: Ranking): string {
  const counts = [...byState(withoutResult)].map(([state, members]) => `${members.length} ${reasons[state]}`);
  const canRun = withoutResult.some(({ state }) => state === 'no result' || state === 'unfinished');
  const remedy = canRun ? 'run them with alc run' : 'draw others with alc create';
  return `none of ${withoutResult.length} configurations has a finite validation loss (${counts.join(', ')}); ${remedy}`;
}

const SHOWN = 20;

const reasons: Readonly<Record<Summary['state'], string>> = {
  'no result': 'without result',
  unfinished: 'unfinished, without finite loss',
  diverged: 'diverged, without finite loss',
  finished: 'finished, without finite loss',
  damaged: 'damaged',
};

function byState(summaries: readonly Summary[]): Map<Summary['state'], Summary[]> {
  const groups = new Map<Summary['state'], Summary[]>();
  for (const summary of summaries) {
    const members = groups.get(summary.state);
    if (members) members.push(summary);
    else groups.set(summary.state, [summary]);
  }
  return groups;
}
