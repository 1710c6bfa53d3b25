// Trials that agree in some of their values taken together: what differs in the seed alone shows how much is chance.

import type { Value } from './fields.ts';
import type { Criterion, Ranked, Ranking } from './ranking.ts';

export interface Group {
  /** The values in which they agree; undefined where they have none. */
  readonly values: readonly (Value | undefined)[];
  /** Best first. */
  readonly members: readonly [Ranked, ...Ranked[]];
  readonly mean: number;
  /** The standard deviation as estimated from them, with n − 1; undefined of a single one. */
  readonly spread: number | undefined;
}

/** The groups of those that have a result, best mean first. */
export function groupBy({ ranked, criterion }: Ranking, keys: readonly string[]): Group[] {
  const groups = new Map<string, [Ranked, ...Ranked[]]>();
  for (const row of ranked) {
    // Text and type, and apart what only looks alike.
    const name = JSON.stringify(keys.map((key) => [typeof row.fields.get(key), String(row.fields.get(key))]));
    const members = groups.get(name);
    if (members) members.push(row);
    else groups.set(name, [row]);
  }
  const sign = criterion.highest ? -1 : 1;
  return [...groups.values()]
    .map((members) => ({ values: keys.map((key) => members[0].fields.get(key)), members, ...momentsOf(members) }))
    .sort((a, b) => sign * (a.mean - b.mean));
}

/** What `--json` says of groups: of each the values in which its members agree, and their indices, best first. */
export function groupsJson(groups: readonly Group[], keys: readonly string[], { key, highest }: Criterion): object {
  return {
    by: key,
    highest: highest ?? false,
    groupBy: keys,
    groups: groups.map(({ values, members, mean, spread }) => ({
      values: values.map((value) => value ?? null),
      mean,
      spread: spread ?? null,
      count: members.length,
      best: members[0].value,
      configurations: members.map(({ trial }) => trial.index),
    })),
  };
}

function momentsOf(members: readonly Ranked[]): Pick<Group, 'mean' | 'spread'> {
  const n = members.length;
  const mean = members.reduce((sum, { value }) => sum + value, 0) / n;
  const squares = members.reduce((sum, { value }) => sum + (value - mean) * (value - mean), 0);
  return { mean, spread: n > 1 ? Math.sqrt(squares / (n - 1)) : undefined };
}
