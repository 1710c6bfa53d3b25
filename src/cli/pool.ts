// `alc run` of many configurations: which they are, what is told of them, and how it ends.

import { fork } from 'node:child_process';
import { existsSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import type { Ending } from '../cluster/messages.ts';
import { Pool } from '../cluster/pool.ts';
import { UserError } from '../errors.ts';
import { isConfiguration, listConfigurations } from '../storage/configuration.node.ts';
import { stringify } from '../storage/json.ts';
import { CONFIGURATION } from '../storage/trialFiles.ts';
import { Board } from './board.ts';
import { listen } from './interruption.ts';
import { checkWritable, isWritable, noConfigurations } from './location.ts';
import { failureOf, outcomeText, storedOutcome, withoutName } from './outcome.ts';
import { print, tell } from './print.ts';
import { INTERRUPTED, type RunPlan } from './run-options.ts';
import { WORKER } from './worker.ts';

/**
 * Runs every configuration that is not over, those of lower numbers first.
 *
 * @param places a location, or some of its configurations
 * @returns the exit code: 9 if any run was interrupted, else 1 if any failed or has diverged, else 0. Those that somebody
 *   else is running are left to them
 */
export async function runPool(module: string, places: readonly string[], plan: RunPlan): Promise<number> {
  const { location, indices } = await configurationsOf(module, places);
  const directoryOf = (index: number): string => join(location, `${index}`);
  const endings = new Map<string, Ending>();
  for (const directory of indices.map(directoryOf)) {
    const ending = await storedEnding(directory);
    if (ending) endings.set(directory, ending);
  }
  if (endings.size > 0) tell(`${location}: ${endings.size} of ${indices.length} are finished already`);
  const waiting = indices.map(directoryOf).filter((directory) => !endings.has(directory));
  if (waiting.length > 0 && !waiting.some(isWritable)) checkWritable(waiting[0] ?? location);

  const board = new Board(waiting.length);
  const pool = new Pool({
    module,
    ...plan,
    // In the pool's own group, so that the terminal suspends and continues all of it. What an experiment prints on stdout
    // must not get among the results.
    startWorker: () =>
      fork(process.argv[1] ?? '', [WORKER], { serialization: 'advanced', stdio: ['ignore', 2, 2, 'ipc'] }),
    ending: storedEnding,
    events: {
      started: (directory) => board.started(directory),
      notice: (directory, text) => board.tell(`${directory}: ${text}`),
      ended: (directory, ending, isAgain) => {
        if (!isAgain) endings.set(directory, ending);
        board.ended(directory, !isAgain, ending.state === 'finished' ? ending.outcome.step : 0);
        const text = `${directory}: ${endingText(directory, ending)}`;
        if ('outcome' in ending && !plan.json) board.print(text);
        else if (!('outcome' in ending)) board.tell(isAgain ? `${text}; once more` : text);
      },
    },
  });
  const interruption = listen(plan.limit, (signal, isSecond) => {
    board.tell(`${location}: ${signal}: ${isSecond ? 'leaving at once' : 'saving; once more to leave at once'}`);
    if (isSecond) pool.kill();
  });
  const passOn = (): void => {
    const reason = interruption.reason();
    if (reason !== undefined) pool.interrupt(reason);
  };
  const watch = setInterval(passOn, WATCH_MILLISECONDS);
  try {
    passOn();
    await pool.run(waiting);
  } finally {
    clearInterval(watch);
    board.close();
  }

  const indicesOf = (holds: (ending: Ending | undefined) => boolean): number[] =>
    indices.filter((index) => holds(endings.get(directoryOf(index))));
  const failed = indicesOf((ending) => ending !== undefined && hasFailed(ending));
  const skipped = indicesOf((ending) => ending?.state === 'locked');
  const tellOf = (what: string, indices: readonly number[]): void => {
    if (indices.length > 0) tell(`${location}: ${what}: ${indices.join(', ')}`);
  };
  tellOf('skipped, as others run them', skipped);
  tellOf('failed', failed);
  if (plan.json) {
    const runs: object[] = [];
    // One after the other: of all at once there may be more than files may be open.
    for (const index of indices) {
      const run = await runOf(directoryOf(index), endings);
      if (run) runs.push(run);
    }
    print(`${stringify({ location, runs, failed, skipped }, 2)}\n`);
  }
  const states = new Set(indices.map((index) => endings.get(directoryOf(index))?.state ?? 'untouched'));
  const hasStoppedEarly = plan.failFast && states.has('failed');
  const isUnfinished = states.has('interrupted') || states.has('untouched');
  return isUnfinished && !hasStoppedEarly ? INTERRUPTED : failed.length > 0 ? 1 : 0;
}

function hasFailed(ending: Ending): boolean {
  return ending.state === 'over' ? ending.hasDiverged : ending.state === 'failed' || ending.state === 'diverged';
}

const WATCH_MILLISECONDS = 50;

/** @throws UserError when there are none, or when they are of several locations */
async function configurationsOf(
  module: string,
  places: readonly string[],
): Promise<{ location: string; indices: number[] }> {
  const [place = '', ...more] = places;
  if (more.length === 0) {
    const indices = await listConfigurations(place);
    if (indices.length > 0) return { location: place, indices };
    throw noConfigurations(place, module);
  }
  const location = dirname(place);
  const indices = places.map((each) => {
    const index = Number(basename(resolve(each)));
    if (resolve(dirname(each)) === resolve(location) && isConfiguration(each) && index > 0) return index;
    throw new UserError(`${each}: is no configuration of ${location}; several must be of one location`);
  });
  return { location, indices: [...new Set(indices)].sort((a, b) => a - b) };
}

function endingText(directory: string, ending: Ending): string {
  switch (ending.state) {
    case 'over':
      return 'nothing to do: somebody else has run it';
    case 'untouched':
      return `interrupted by ${ending.reason} before it began`;
    case 'locked':
      return withoutName(directory, ending.message);
    case 'failed':
      return `failed: ${withoutName(directory, ending.message)}`;
    default:
      return outcomeText(ending.outcome, ending.reason);
  }
}

/** What the disk says of a configuration; undefined if it is not over. */
async function storedEnding(directory: string): Promise<Ending | undefined> {
  // Whoever runs it will say that its configuration is gone.
  if (!existsSync(join(directory, CONFIGURATION))) return undefined;
  try {
    const stored = await storedOutcome(directory);
    return stored && { state: 'over', hasDiverged: stored.state === 'diverged' };
  } catch (error) {
    // Whoever runs it will say what is damaged, and the others go on.
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

/** For `--json`: what there is of a run, or why there is none. */
async function runOf(directory: string, endings: ReadonlyMap<string, Ending>): Promise<object | undefined> {
  const ending = endings.get(directory);
  if (ending?.state === 'over') return storedOutcome(directory);
  if (ending?.state === 'failed') return failureOf(directory, ending.message);
  return ending && 'outcome' in ending ? { directory, ...ending.outcome } : undefined;
}
