// Trials in the order of one of their numbers.

import { printable } from '../printable.ts';
import type { Summary } from '../storage/summary.node.ts';
import type { Row } from './rows.ts';

/** What makes one trial better than another. */
export interface Criterion {
  /** Of a number among the fields. */
  readonly key: string;
  /** Whether more is better. */
  readonly highest?: boolean;
}

export const validationLoss: Criterion = { key: 'bestLoss' };

export interface Ranked extends Row {
  /** What it is ranked by; finite. */
  readonly value: number;
}

export interface Ranking {
  readonly criterion: Criterion;
  /** Best first; equal ones in the order of their index. */
  readonly ranked: readonly Ranked[];
  readonly withoutResult: readonly Row[];
}

export function rank(rows: readonly Row[], criterion = validationLoss): Ranking {
  const ranked: Ranked[] = [];
  const withoutResult: Row[] = [];
  for (const row of rows) {
    const value = row.fields.get(criterion.key);
    const isSound = row.trial.damage === undefined && typeof value === 'number' && Number.isFinite(value);
    if (isSound) ranked.push({ ...row, value });
    else withoutResult.push(row);
  }
  const sign = criterion.highest ? -1 : 1;
  ranked.sort((a, b) => sign * (a.value - b.value) || a.trial.index - b.trial.index);
  return { criterion, ranked, withoutResult };
}

/** What a criterion's number is called. */
export function nameOf({ key }: Criterion): string {
  return key === validationLoss.key ? 'validation loss' : key;
}

/** In the words of the original tool. */
export function resultText({ trial, value }: Ranked, criterion: Criterion): string {
  return `>>> found the best experiment in\n${printable(trial.directory)}\n>>> with a ${nameOf(criterion)} of ${value}\n`;
}

/** What result.json says, and `--json`: of each trial also those parameters of `pars` that it has, by their keys. */
export function resultJson(
  { criterion, ranked, withoutResult }: Ranking,
  pars: readonly string[],
): Readonly<Record<string, unknown>> {
  const entry = ({ trial, fields }: Row): Record<string, unknown> => {
    const found: Record<string, unknown> = { ...trial };
    for (const key of pars) {
      const value = fields.get(key);
      if (value !== undefined) found[key] = value;
    }
    return found;
  };
  const isDefault = criterion === validationLoss;
  const entries = ranked.map((row) => (isDefault ? entry(row) : { ...entry(row), value: row.value }));
  const by = isDefault ? {} : { by: criterion.key, highest: criterion.highest ?? false };
  return { ...by, best: entries[0], ranked: entries, withoutResult: withoutResult.map(entry) };
}

/** Why there is no best one, and what to do. */
export function noResultText({ criterion, withoutResult }: Ranking): string {
  const counts = [...reasonsOf(withoutResult, criterion)].map(([reason, members]) => `${members.length} ${reason}`);
  const canRun = withoutResult.some(({ trial: { state } }) => state === 'no result' || state === 'unfinished');
  const remedy = canRun ? 'run them with alc run' : 'draw others with alc create';
  return `none of the configurations has a finite ${nameOf(criterion)} (${counts.join(', ')}); ${remedy}`;
}

/** Trials without result by the reason why, in words. */
export function reasonsOf(rows: readonly Row[], criterion: Criterion): Map<string, Row[]> {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const reason = reasonOf(row.trial.state, criterion);
    const members = groups.get(reason);
    if (members) members.push(row);
    else groups.set(reason, [row]);
  }
  return groups;
}

function reasonOf(state: Summary['state'], criterion: Criterion): string {
  if (state === 'no result') return 'without result';
  if (state === 'damaged') return 'damaged';
  return `${state}, without finite ${criterion.key === validationLoss.key ? 'loss' : criterion.key}`;
}
