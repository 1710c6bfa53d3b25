// What the commands for Slurm have in common: where a location's configurations stand, the queue included.

import { type Entry, queue } from '../cluster/slurm/commands.ts';
import { entriesOf, hasSubmissions } from '../cluster/slurm/submission.ts';
import { type Status, statuses } from '../cluster/status.ts';
import { UserError } from '../errors.ts';
import { tell } from './print.ts';

/** The queue's entries of a location; none without asking if nothing was ever submitted from it. */
export async function entriesAt(location: string): Promise<Map<number, Entry>> {
  return hasSubmissions(location) ? entriesOf(location, await queue()) : new Map();
}

/** As `entriesAt`; a queue that does not answer changes nothing of what the directories say. */
export async function entriesOrNone(location: string): Promise<Map<number, Entry>> {
  try {
    return await entriesAt(location);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    tell(`${error.message}; this is what the directories say`);
    return new Map();
  }
}

export async function standings(location: string): Promise<Status[]> {
  return collect(statuses(location, await entriesOrNone(location)));
}

export async function collect<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const all: Item[] = [];
  for await (const item of items) all.push(item);
  return all;
}
