// Every unfinished configuration of a location, several at a time, one process each. A signal is passed on to all;
// each saves and comes back.

import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { UserError } from '../errors.ts';
import { listConfigurations } from '../storage/configuration.node.ts';
import { listen } from './interruption.ts';
import { asNumber } from './options.ts';
import { INTERRUPTED, passedOn, type RunOptions } from './run-options.ts';

const MAIN = fileURLToPath(new URL('./main.js', import.meta.url));

/** Returns the exit code: 9 if any run was interrupted, else 1 if any failed, else 0. */
export async function runPool(module: string, location: string, options: RunOptions): Promise<number> {
  const jobs = options.jobs === undefined ? availableParallelism() : asNumber('--jobs', options.jobs);
  const indices = await listConfigurations(location);
  if (indices.length === 0) {
    throw new UserError(`${location}: there are no configurations; make some with alc create ${module} ${location}`);
  }
  const waiting = indices.filter((index) => !existsSync(join(location, `${index}`, 'report-last.json')));
  const skipped = indices.length - waiting.length;
  if (skipped > 0) process.stderr.write(`${location}: ${skipped} of ${indices.length} are finished already\n`);

  const running = new Set<ChildProcess>();
  const interruption = listen(undefined, (signal) => {
    for (const child of running) child.kill(signal);
  });
  const failed: number[] = [];
  let isInterrupted = false;
  const work = async (): Promise<void> => {
    for (let index = waiting.shift(); index !== undefined && !interruption.reason(); index = waiting.shift()) {
      const child = spawn(process.execPath, [MAIN, 'run', module, join(location, `${index}`), ...passedOn(options)], {
        stdio: ['ignore', 'inherit', 'inherit'],
        // Ctrl-C reaches a whole process group; the children are told by the pool alone, once.
        detached: true,
      });
      running.add(child);
      const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
      running.delete(child);
      if (code === INTERRUPTED) isInterrupted = true;
      else if (code !== 0) failed.push(index);
    }
  };
  await Promise.all(Array.from({ length: Math.min(jobs, waiting.length) }, work));
  if (failed.length > 0) {
    failed.sort((a, b) => a - b);
    process.stderr.write(`${location}: failed: ${failed.join(', ')}\n`);
  }
  return isInterrupted || interruption.reason() ? INTERRUPTED : failed.length > 0 ? 1 : 0;
}
