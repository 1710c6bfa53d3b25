// Slurm's commands.

import { execFile } from 'node:child_process';
import { UserError } from '../../errors.ts';

/** A controller that does not answer makes `sbatch` retry for a minute. */
const PATIENCE_MILLISECONDS = 90_000;

/** Slurm or its controller cannot be had: not the fault of any configuration. As in *sysexits.h*. */
const UNAVAILABLE = 69;

/** What Slurm's commands print in several lines, in one sentence each. */
const causes: readonly (readonly [RegExp, string])[] = [
  [
    /establish a configuration source|Unable to process configuration|configuration file/i,
    'Slurm is installed but not configured here: there is no slurm.conf; work on a node of the cluster, or set SLURM_CONF',
  ],
  [
    /contact slurm controller|connect failure|Connection refused|Socket timed out|Zero Bytes/i,
    "Slurm's controller does not answer; ask scontrol ping, and try again later",
  ],
  [
    /munge|Protocol authentication error|Invalid credential/i,
    'munge, which proves who you are to Slurm, does not run here',
  ],
];

/** @throws UserError with what the command says; with exit code 69 where there is no Slurm, or it does not answer */
export async function slurm(command: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = { env: environment(), timeout: PATIENCE_MILLISECONDS, maxBuffer: 2 ** 28 };
    execFile(command, args, options, (error, stdout, stderr) => {
      if (!error) return resolve(stdout);
      if (error.code === 'ENOENT') {
        const remedy = "work on the cluster's login node, or use alc job-script for other schedulers";
        return reject(new UserError(`${command}: Slurm is not installed here; ${remedy}`, UNAVAILABLE));
      }
      const said = stderr.trim() || (error.killed ? `no answer in ${PATIENCE_MILLISECONDS / 1000} s` : error.message);
      const [, cause] = causes.find(([pattern]) => pattern.test(said)) ?? [];
      reject(new UserError(`${command}: ${cause ?? said}`, cause || error.killed ? UNAVAILABLE : 1));
    });
  });
}

/** What a job around us has set for itself must not become a setting of those that are submitted from within it. */
export function environment(): NodeJS.ProcessEnv {
  const leaking = /^(SLURM|SLURMD|SBATCH|SRUN|SALLOC|PMIX?)_(?!CONF$)/;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !leaking.test(name)));
}

/** An entry of the queue: one task of an array. */
export interface Entry {
  /** `<array id>_<task>`. */
  readonly id: string;
  readonly task: number;
  /** As Slurm calls it: PENDING, RUNNING, …; states unknown to us are states of something that lives. */
  readonly state: string;
  readonly reason: string;
  /** Time used. */
  readonly time: string;
  readonly nodes: string;
  /** The job's name. */
  readonly name: string;
}

const over = [
  'COMPLETED',
  'CANCELLED',
  'FAILED',
  'TIMEOUT',
  'NODE_FAIL',
  'PREEMPTED',
  'BOOT_FAIL',
  'DEADLINE',
  'OUT_OF_MEMORY',
];

/** Those of our own jobs that are waiting or running. */
export async function queue(): Promise<Entry[]> {
  const user = process.getuid?.();
  const format = '%i|%T|%r|%M|%N|%j';
  const args = ['--noheader', '--array', `--format=${format}`, ...(user === undefined ? [] : [`--user=${user}`])];
  const lines = (await slurm('squeue', args)).split('\n');
  return lines.flatMap((line) => {
    const [id = '', state = '', reason = '', time = '', nodes = '', ...name] = line.split('|');
    const task = Number(/^\d+_(\d+)$/.exec(id)?.[1]);
    return Number.isNaN(task) || over.includes(state)
      ? []
      : [{ id, task, state, reason, time, nodes, name: name.join('|') }];
  });
}

/** Of a site that has not changed it. */
export const DEFAULT_TASKS = 1000;

/** How many tasks an array may have: its indices are below MaxArraySize. */
export async function mostTasks(): Promise<number> {
  const found = /^MaxArraySize\s*=\s*(\d+)/m.exec(await slurm('scontrol', ['show', 'config']));
  return found ? Math.max(1, Number(found[1]) - 1) : DEFAULT_TASKS;
}
