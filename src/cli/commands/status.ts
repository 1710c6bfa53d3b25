// `alc status`: how the configurations of a location stand.

import { basename, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CAC } from 'cac';
import { columns } from '../../analysis/columns.ts';
import { type State, type Status, states } from '../../cluster/status.ts';
import { UserError } from '../../errors.ts';
import { stringify } from '../../storage/json.ts';
import { showSeconds } from '../duration.ts';
import { checkLocation, counted, noConfigurations } from '../location.ts';
import { showLoss } from '../outcome.ts';
import { print } from '../print.ts';
import { standings } from '../slurm.ts';
import { isLive, paint, unpaint } from '../terminal.ts';

/** Of what is well, and of what there may be thousands, the number is enough. */
const quiet: readonly string[] = ['finished', 'new'];

/** Reasons for which Slurm lets wait what will run; all others concern the user. */
const ordinary = ['None', 'Priority', 'Resources', 'JobArrayTaskLimit', 'BeginTime', 'Dependency'];

export function status(cli: CAC): void {
  cli
    .command('status <location>', 'Show how configurations stand: on disk, in the queue, running where')
    .option('--all', 'Show every configuration, those that are finished or have not begun included')
    .option('--json', 'Print all of it as JSON')
    .option('--watch', 'Look again and again until all is over, on a terminal in place')
    .action(async (location: string, { all, json, watch }: Options) => {
      checkLocation(location);
      if (json && watch) throw new UserError('alc status: --json and --watch exclude each other; choose one');
      const found = await standings(location);
      if (found.length === 0) {
        throw noConfigurations(location);
      }
      if (json) return print(`${stringify({ location, configurations: found }, 2)}\n`);
      if (watch) return keepWatching(location, all ?? false);
      print(`${linesOf(location, found, all ?? false).join('\n')}\n`);
    });
}

interface Options {
  readonly all?: boolean;
  readonly json?: boolean;
  readonly watch?: boolean;
}

const LOOK_MILLISECONDS = 2000;

/** Looking shall take no more than a part of the time. */
const LOOKING_PART = 1 / 4;

async function keepWatching(location: string, all: boolean): Promise<void> {
  for (let shown = ''; ; ) {
    const began = performance.now();
    const found = await standings(location);
    const lines = linesOf(location, found, all);
    const isOver = found.every(({ state }) => over.includes(state));
    if (isLive() && !isOver) paint(lines);
    else {
      unpaint();
      // Elsewhere ages that go up are no news.
      const news = `${linesOf(location, found.map(withoutAge), all).join('\n')}\n`;
      if (news !== shown) print(`${lines.join('\n')}\n`);
      shown = news;
    }
    if (isOver) return;
    await sleep(Math.max(LOOK_MILLISECONDS, (performance.now() - began) / LOOKING_PART));
  }
}

const over: readonly State[] = ['finished', 'diverged', 'failed', 'cancelled'];

function withoutAge({ quietSeconds, ...status }: Status): Status {
  return status;
}

/** Counts, and a table of those that need to be seen. */
function linesOf(location: string, found: readonly Status[], all: boolean): string[] {
  const counts = states.flatMap((state) => {
    const count = found.filter((status) => status.state === state).length;
    return count > 0 ? [`${count} ${state}`] : [];
  });
  const shown = found.filter(
    ({ state, restarts }) => all || (!quiet.includes(state) && (state !== 'queued' || restarts)),
  );
  const problems = found.filter(({ state, reason = 'None' }) => state === 'queued' && !ordinary.includes(reason));
  const rows = [...new Set([...shown, ...problems])].sort((a, b) => a.index - b.index).map(rowOf);
  const table = rows.length > 0 ? columns([titles, ...rows], 4) : [];
  return [`${basename(resolve(location))}: ${counted(found.length)}: ${counts.join(', ')}`, ...table];
}

const titles = [
  'configuration',
  'step',
  'best validation loss',
  'restarts',
  'state',
  'job',
  'where',
  'last sign',
  'reason',
];

function rowOf(status: Status): string[] {
  const { directory, step, bestLoss, restarts, state, job = '', where = '', quietSeconds, reason = '' } = status;
  const loss = bestLoss === null ? '' : showLoss(bestLoss);
  const sign = quietSeconds === undefined ? '' : `${showSeconds(quietSeconds)} ago`;
  const [why = ''] = reason.split('\n');
  return [directory, `${step ?? ''}`, loss, `${restarts ?? ''}`, state, job, where, sign, why];
}
