// The built `alc` under strace, which kills it or lets a system call fail at the n-th call of its kind.

import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { alc, alcOk, type Ended, main, type Results, results, root, temporary } from './alc.ts';
import { concurrently } from './concurrently.ts';

/** Whether processes can be traced here; where tests must be complete it has to be so. */
export const canTrace = spawnSync('strace', ['-f', '-e', 'trace=none', 'true']).status === 0;

const module = join(root, 'src/testing/counting-experiment.ts');
const run = (directory: string): string[] => ['run', module, directory, '--checkpoint-every=0ms'];

/** All that a run does to its files. */
const calls = ['openat', 'write', 'pwrite64', 'fsync', 'close', 'rename', 'link', 'unlink', 'ftruncate', 'getdents64'];

/** Those that only storage makes: when others fail, Node.js itself may not work. A disk that is full is in full-disk.test.ts. */
const changes = calls.filter((call) => !['openat', 'close', 'getdents64', 'write'].includes(call));

/** The `when`-th call of a kind by the main thread. */
export interface Point {
  readonly call: string;
  readonly when: number;
}

function straced(trace: string, ...options: readonly string[]): [string, ...string[]] {
  return ['strace', '-f', '-y', '-o', trace, ...options, process.execPath, main];
}

/** Where a run that begins in a copy of `origin` touches the files of its directory. */
async function pointsOf(origin: string): Promise<Point[]> {
  const directory = copyOf(origin);
  const trace = join(temporary(), 'trace');
  await alcOk(run(directory), { command: straced(trace, '-e', `trace=${calls.join(',')}`) });
  const lines = readFileSync(trace, 'utf8').split('\n');
  const [process] = lines[0]?.split(' ') ?? [];
  const counts = new Map<string, number>();
  return lines.flatMap((line) => {
    const [, pid, call = ''] = /^(\d+) +(\w+)\(/.exec(line) ?? [];
    if (pid !== process) return [];
    const when = (counts.get(call) ?? 0) + 1;
    counts.set(call, when);
    return line.includes(directory) ? [{ call, when }] : [];
  });
}

/** A configuration of the counting experiment that nobody has run. */
export async function newTrial(): Promise<string> {
  const location = temporary();
  await alcOk(['create', module, location]);
  return join(location, '1');
}

function copyOf(origin: string): string {
  const directory = join(temporary(), '1');
  cpSync(origin, directory, { recursive: true });
  return directory;
}

/** A trial that was killed in the midst of it. */
export async function killedTrial(): Promise<string> {
  const origin = await newTrial();
  const points = (await pointsOf(origin)).filter(({ call }) => call === 'rename');
  const point = points[Math.floor(points.length / 2)];
  if (!point) throw new Error('a run renames nothing');
  await injected(origin, point, 'signal=SIGKILL');
  return origin;
}

function injected(directory: string, { call, when }: Point, injection: string, sticky = ''): Promise<Ended> {
  const trace = join(directory, '..', 'trace');
  const options = ['-e', `trace=${call}`, '-e', `inject=${call}:${injection}:when=${when}${sticky}`];
  return alc(run(directory), { command: straced(trace, ...options) });
}

export interface Injections {
  /** What strace is told: `signal=SIGKILL`, `error=ENOSPC`. */
  readonly injection: string;
  /** Whether all later calls of the kind fail too. */
  readonly isSticky?: boolean;
  /** Only every so many of the points. Default: all. */
  readonly stride?: number;
  /** Only calls of these kinds. */
  readonly only?: readonly string[];
}

/**
 * Runs copies of a trial, each with another one of its calls struck, and continues each to its end.
 *
 * @returns how many
 * @throws unless all have the same results in the end, and said what went wrong by the right exit code
 */
export async function strikeEverywhere(origin: string, injections: Injections): Promise<number> {
  const {
    injection,
    isSticky = false,
    stride = 1,
    only = injection.startsWith('error=') ? changes : calls,
  } = injections;
  const expected = await finished(copyOf(origin));
  const points = (await pointsOf(origin)).filter(({ call }) => only.includes(call));
  const chosen = points.filter((_, i) => i % stride === 0);
  const strike = async (point: Point): Promise<void> => {
    const directory = copyOf(origin);
    const ended = await injected(directory, point, injection, isSticky ? '+' : '');
    const where = `${injection} at ${point.call} ${point.when}${isSticky ? '+' : ''}`;
    checkEnd(injection, ended, where);
    const found = await finished(directory);
    if (JSON.stringify(found) !== JSON.stringify(expected)) throw new Error(`${where}: other results`);
    rmSync(join(directory, '..'), { recursive: true });
  };
  let count = 0;
  for await (const _ of concurrently(chosen, 2, strike)) count++;
  return count;
}

async function finished(directory: string): Promise<Results> {
  mkdirSync(directory, { recursive: true });
  await alcOk(run(directory));
  return results(directory);
}

function checkEnd(injection: string, { code, signal, stderr }: Ended, where: string): void {
  const got = `${where}: ended with ${code ?? signal}\n${stderr}`;
  if (injection.startsWith('signal=')) {
    // When the call comes a little later than before, the run may have ended.
    if (signal !== 'SIGKILL' && code !== 137 && code !== 0) throw new Error(got);
    return;
  }
  if (/^ {4}at |a bug/m.test(stderr)) throw new Error(got);
  // 2 where the configuration or the directory cannot be read.
  if (code !== 0 && code !== 74 && code !== 2) throw new Error(got);
  if (code !== 0 && stderr === '') throw new Error(got);
}
