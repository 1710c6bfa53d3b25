// Every unfinished configuration of a location, several at a time, one process each. A signal is passed on to all;
// each saves and comes back.

import { type ChildProcess, spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LOCKED, UserError } from '../errors.ts';
import { type Json, parseJson, stringify } from '../storage/json.ts';
import { summaries } from '../storage/summary.node.ts';
import { listen } from './interruption.ts';
import { asNumber } from './options.ts';
import { storedOutcome } from './outcome.ts';
import { print, tell } from './print.ts';
import { INTERRUPTED, passedOn, type RunOptions } from './run-options.ts';

const MAIN = fileURLToPath(new URL('./main.js', import.meta.url));

/**
 * Returns the exit code: 9 if any run was interrupted, else 1 if any failed or has diverged, else 0. Those that somebody
 * else is running are left to them.
 */
export async function runPool(module: string, location: string, options: RunOptions): Promise<number> {
  const jobs = options.jobs === undefined ? availableParallelism() : asNumber('--jobs', options.jobs);
  const indices: number[] = [];
  const over: number[] = [];
  const failed: number[] = [];
  for await (const { index, state } of summaries(location)) {
    indices.push(index);
    if (state === 'finished' || state === 'diverged') over.push(index);
    if (state === 'diverged') failed.push(index);
  }
  if (indices.length === 0) {
    throw new UserError(`${location}: there are no configurations; make some with alc create ${module} ${location}`);
  }
  if (options.printProgram) {
    throw new UserError(`--print-program: works on one configuration, e.g. ${join(location, `${indices[0]}`)}`);
  }
  const isOver = new Set(over);
  const waiting = indices.filter((index) => !isOver.has(index));
  if (over.length > 0) tell(`${location}: ${over.length} of ${indices.length} are finished already`);
  const outcomes = new Map<number, unknown>();
  if (options.json) for (const index of over) outcomes.set(index, await storedOutcome(join(location, `${index}`)));

  const running = new Set<ChildProcess>();
  const interruption = listen(undefined, (signal) => {
    for (const child of running) child.kill(signal);
  });
  const skipped: number[] = [];
  let isInterrupted = false;
  const work = async (): Promise<void> => {
    for (let index = waiting.shift(); index !== undefined && !interruption.reason(); index = waiting.shift()) {
      const args = [MAIN, 'run', module, join(location, `${index}`), ...passedOn(options)];
      const child = spawn(process.execPath, args, {
        stdio: ['ignore', options.json ? 'pipe' : 'inherit', 'inherit'],
        // Ctrl-C reaches a whole process group; the children are told by the pool alone, once.
        detached: true,
      });
      running.add(child);
      const { code, signal, output } = await ended(child);
      running.delete(child);
      if (output.trim()) outcomes.set(index, readOutcome(output, args));
      // One that was only starting does not listen yet and is ended by the signal.
      if (code === INTERRUPTED || (signal !== null && interruption.reason())) isInterrupted = true;
      else if (code === LOCKED) skipped.push(index);
      else if (code !== 0) failed.push(index);
    }
  };
  const tellOf = (what: string, indices: number[]): void => {
    indices.sort((a, b) => a - b);
    if (indices.length > 0) tell(`${location}: ${what}: ${indices.join(', ')}`);
  };
  await Promise.all(Array.from({ length: Math.min(jobs, waiting.length) }, work));
  tellOf('skipped, as others run them', skipped);
  tellOf('failed', failed);
  if (options.json) {
    const runs = indices.flatMap((index) => (outcomes.has(index) ? [outcomes.get(index)] : []));
    print(`${stringify({ location, runs, failed, skipped }, 2)}\n`);
  }
  return isInterrupted || interruption.reason() ? INTERRUPTED : failed.length > 0 ? 1 : 0;
}

interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** What it printed on stdout, if that was not passed through. */
  readonly output: string;
}

function ended(child: ChildProcess): Promise<Ended> {
  let output = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code, signal, output }));
  });
}

/** An experiment that prints on stdout has spoilt the outcome. */
function readOutcome(output: string, args: readonly string[]): Json {
  return parseJson(output, `the output of alc ${args.slice(1).join(' ')}`);
}
