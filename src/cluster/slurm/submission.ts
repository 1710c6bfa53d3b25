// What is sent to Slurm, and what is left beside the configurations so that it is found again: for every array a directory
// <location>/.slurm/<name> with the script, the list of what each task runs, and the logs. The array's job has that
// name, so that the queue tells of which submission an entry is, even if the submitting process died in between.

import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { diskError, makeDirectory } from '../../storage/disk.node.ts';
import { timeLimit } from '../directives.ts';
import { type Entry, slurm } from './commands.ts';
import { JOB_SCRIPT } from './jobScript.ts';

export const SUBMISSIONS = '.slurm';

/** An array to be. */
export interface Submission {
  readonly name: string;
  /** Of `sbatch`. */
  readonly options: readonly string[];
  /** The configurations of each task. */
  readonly tasks: readonly (readonly number[])[];
}

/** A configuration to be submitted. */
export interface Candidate {
  readonly index: number;
  /** Of `sbatch`. */
  readonly options: readonly string[];
}

/** Configurations with different options go into different arrays; an array has as many tasks as the site allows. */
export function plan(candidates: readonly Candidate[], pack: number, mostTasks: number): Submission[] {
  const groups = new Map<string, { options: readonly string[]; indices: number[] }>();
  for (const { index, options } of candidates) {
    const key = JSON.stringify(options);
    const group = groups.get(key) ?? { options, indices: [] };
    groups.set(key, group);
    group.indices.push(index);
  }
  const stamp = new Date().toISOString().slice(0, 19).replace(/[-:]/g, '').replace('T', '-');
  return [...groups.values()].flatMap(({ options, indices }) =>
    chunks(chunks(indices, pack), mostTasks).map((tasks) => {
      return { name: `alc-${stamp}-${randomBytes(4).toString('hex')}`, options, tasks };
    }),
  );
}

function chunks<Item>(items: readonly Item[], size: number): Item[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, i) => items.slice(i * size, (i + 1) * size));
}

/** Time to save before the limit; Slurm's own clock is coarse by a minute, and what saves takes seconds. */
const LEAD_SECONDS = 120;

/** Seconds before the time limit at which a run is told to save. */
export function lead(options: readonly string[]): number {
  const limit = timeLimit(options);
  return limit === undefined ? LEAD_SECONDS : Math.round(Math.min(LEAD_SECONDS, limit / 5));
}

export interface Sending {
  /** What runs configurations whose directories follow. */
  readonly command: readonly string[];
  /** How many tasks at a time. */
  readonly most?: number;
  /** A job whose end is awaited, so that of two arrays no more tasks run than of one. */
  readonly after?: string;
}

/** The words after `sbatch`. */
export function sbatchWords(location: string, { name, options, tasks }: Submission, sending: Sending): string[] {
  const { command, most, after } = sending;
  const directory = join(resolve(location), SUBMISSIONS, name);
  return [
    '--parsable',
    `--job-name=${name}`,
    `--array=1-${tasks.length}${most === undefined ? '' : `%${most}`}`,
    `--output=${join(directory, 'logs', '%a')}`,
    '--open-mode=append',
    '--requeue',
    `--signal=INT@${lead(options)}`,
    ...(after === undefined ? [] : [`--dependency=afterany:${after}`]),
    ...options,
    join(directory, 'job.sh'),
    resolve(location),
    join(directory, 'list'),
    ...command,
  ];
}

/**
 * Writes what the array needs, and submits it. Returns the job's id.
 *
 * @throws UserError with what `sbatch` says
 */
export async function send(location: string, submission: Submission, sending: Sending): Promise<string> {
  const { name, tasks } = submission;
  const directory = join(resolve(location), SUBMISSIONS, name);
  const logs = join(directory, 'logs');
  try {
    // Slurm accepts a job whose log has no directory, and it fails without a word.
    makeDirectory(logs);
    writeFileSync(join(directory, 'job.sh'), JOB_SCRIPT, { mode: 0o755 });
    writeFileSync(join(directory, 'list'), tasks.map((indices) => `${indices.join(' ')}\n`).join(''));
    // What a configuration prints goes where a pool puts it, too; what several have in common has a file of its own.
    for (const [i, [index, ...others]] of tasks.entries()) {
      if (others.length > 0) continue;
      symlinkSync(join(relative(logs, resolve(location)), `${index}`, 'output.txt'), join(logs, `${i + 1}`));
    }
  } catch (error) {
    throw diskError(directory, 'written', error);
  }
  const [id = ''] = (await slurm('sbatch', sbatchWords(location, submission, sending))).trim().split(';');
  return id;
}

const NAME = /^alc-[\w-]+$/;

/** The entries of the queue that are of this location, by configuration. */
export function entriesOf(location: string, entries: readonly Entry[]): Map<number, Entry> {
  const lists = new Map<string, string[]>();
  const found = new Map<number, Entry>();
  for (const entry of entries.filter(({ name }) => NAME.test(name))) {
    const path = join(location, SUBMISSIONS, entry.name, 'list');
    const list = lists.get(entry.name) ?? (existsSync(path) ? readFileSync(path, 'utf8').split('\n') : []);
    lists.set(entry.name, list);
    for (const index of list[entry.task - 1]?.split(' ') ?? []) found.set(Number(index), entry);
  }
  return found;
}

/** Whether anything was ever submitted from here. */
export function hasSubmissions(location: string): boolean {
  const path = join(location, SUBMISSIONS);
  return existsSync(path) && readdirSync(path).length > 0;
}
