// `alc submit`: sends configurations to Slurm and returns.

import { join, resolve } from 'node:path';
import type { CAC } from 'cac';
import { checkOptions, sbatchOptions, timeLimit } from '../../cluster/directives.ts';
import { quoted } from '../../cluster/loopScript.ts';
import { DEFAULT_TASKS, mostTasks } from '../../cluster/slurm/commands.ts';
import { JOB_SCRIPT } from '../../cluster/slurm/jobScript.ts';
import {
  type Candidate,
  lead,
  plan,
  type Sending,
  type Submission,
  sbatchWords,
  send,
} from '../../cluster/slurm/submission.ts';
import { type State, statuses } from '../../cluster/status.ts';
import { UserError } from '../../errors.ts';
import type { Experiment } from '../../experiment.ts';
import { stringify } from '../../storage/json.ts';
import { CONFIGURATION } from '../../storage/trialFiles.ts';
import { readConfigurationText } from '../../storage/trials.node.ts';
import { checkLocation, counted, noConfigurations, notedModule, ranges } from '../location.ts';
import { loadExperiment } from '../module.ts';
import { asNumber } from '../options.ts';
import { print, tell } from '../print.ts';
import { collect, entriesAt } from '../slurm.ts';

interface Options {
  readonly sbatch?: readonly string[];
  readonly max?: string;
  readonly pack?: string;
  readonly retryFailed?: boolean;
  readonly data?: string;
  readonly checkpointEvery?: string;
  readonly node?: string;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

export function submit(cli: CAC): void {
  cli
    .command('submit [module] <location>', 'Send configurations to Slurm: those that are neither over nor under way')
    .usage('submit [module] <location>')
    .option('--sbatch <option>', 'For sbatch, e.g. --sbatch=--time=55; may be given several times', { type: [] })
    .option('--max <k>', 'How many tasks may run at a time')
    .option('--pack <n>', 'How many configurations one task runs, for short ones', { default: '1' })
    .option('--retry-failed', 'Those that have failed, too')
    .option('--data <folder>', 'Where the experiment finds its data')
    .option('--checkpoint-every <duration>', 'Time between checkpoints; default: so that they cost under 3 %')
    .option('--node <command>', 'How Node.js is called on the nodes; default: by the path that it has here')
    .option('--dry-run', 'Print what would be sent, and the script, and send nothing')
    .option('--json', 'Print the jobs as JSON')
    .action(async (first: string, second: string | undefined, options: Options) => {
      const location = second ?? first;
      checkLocation(location);
      const module = second === undefined ? notedModule(location) : first;
      const pack = asNumber('--pack', options.pack);
      const most = options.max === undefined ? undefined : asNumber('--max', options.max);
      const given = (options.sbatch ?? []).flatMap((text) => text.trim().split(/\s+/));
      checkOptions(given, '--sbatch');

      const experiment = await loadExperiment(module);
      const found = await collect(statuses(location, await entriesAt(location)));
      if (found.length === 0) {
        throw noConfigurations(location, module);
      }
      const wanted: readonly State[] = [
        'new',
        'interrupted',
        'lost',
        'cancelled',
        ...(options.retryFailed ? (['failed'] as const) : []),
      ];
      const candidates = found
        .filter(({ state }) => wanted.includes(state))
        .map(({ index, directory }) => candidateOf(index, directory, experiment, given));
      const failed = found.filter(({ state }) => state === 'failed').length;
      if (failed > 0 && !options.retryFailed)
        tell(`${location}: ${failed} have failed; --retry-failed sends them, too`);
      if (candidates.length === 0) return tell(`${location}: nothing to send; see alc status ${location}`);
      for (const limit of new Set(candidates.map(({ options }) => timeLimit(options)))) warnIfShort(limit);

      const command = commandOf(module, options);
      const submissions = plan(candidates, pack, await mostTasks().catch(options.dryRun ? assumed : undefined));
      if (options.dryRun) return show(location, submissions, { command, ...(most !== undefined && { most }) });
      const jobs: object[] = [];
      let after: string | undefined;
      for (const submission of submissions) {
        const throttled = most === undefined ? {} : { most, ...(after !== undefined && { after }) };
        const id = await send(location, submission, { command, ...throttled });
        after = id;
        const count = submission.tasks.flat().length;
        jobs.push({ job: id, name: submission.name, tasks: submission.tasks.length, configurations: count });
        if (!options.json)
          print(
            `submitted job ${id}: ${counted(count)} of ${location} in ${counted(submission.tasks.length, 'task')}\n`,
          );
      }
      if (options.json) print(`${stringify({ location, jobs }, 2)}\n`);
    });
}

/** Where there is no Slurm to ask, what would be sent can be shown all the same. */
function assumed(error: unknown): number {
  if (!(error instanceof UserError)) throw error;
  tell(`${error.message}; its default of ${DEFAULT_TASKS} tasks in an array is assumed`);
  return DEFAULT_TASKS;
}

/** The command line decides over the configuration, and that over the experiment: of several options sbatch takes the last. */
function candidateOf(
  index: number,
  directory: string,
  { slurm = {} }: Experiment,
  given: readonly string[],
): Candidate {
  const general = Object.entries(slurm).map(([name, value]) => (value === true ? `--${name}` : `--${name}=${value}`));
  checkOptions(general, 'slurm of the experiment:');
  const file = join(directory, CONFIGURATION);
  return { index, options: [...general, ...sbatchOptions(readConfigurationText(directory), file), ...given] };
}

function commandOf(module: string, { node, data, checkpointEvery }: Options): string[] {
  return [
    node ?? process.execPath,
    resolve(process.argv[1] ?? 'alc'),
    'run',
    ...(data === undefined ? [] : [`--data=${resolve(data)}`]),
    ...(checkpointEvery === undefined ? [] : [`--checkpoint-every=${checkpointEvery}`]),
    // What still runs elsewhere, on a node that was lost to the network, is waited for.
    '--wait',
    resolve(module),
  ];
}

/** Slurm looks at its clock twice a minute, and a run must get somewhere before it is told to save. */
const LEAST_SECONDS = 120;

function warnIfShort(seconds: number | undefined): void {
  if (seconds === undefined || seconds - lead([`--time=0:${seconds}`]) >= LEAST_SECONDS) return;
  tell(
    `alc submit: warning: a time limit of ${seconds} s leaves little between start and saving; several minutes are better`,
  );
}

function show(location: string, submissions: readonly Submission[], sending: Sending): void {
  for (const submission of submissions) {
    const words = sbatchWords(location, submission, sending).map(quoted);
    const indices = submission.tasks.flat();
    print(`sbatch ${words.join(' ')}\n`);
    print(`# ${counted(indices.length)} in ${counted(submission.tasks.length, 'task')}: ${ranges(indices)}\n`);
  }
  print(`# job.sh:\n${JOB_SCRIPT.replace(/^/gm, '# ').trimEnd()}\n`);
}
