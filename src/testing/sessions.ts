// Sessions of one trial on a disk that fails: each is a process's life, from the acquisition of the lock to the report.

import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UserError } from '../errors.ts';
import { decodeCheckpoint } from '../storage/checkpoint.ts';
import { sha256 } from '../storage/sha256.node.ts';
import { TrialDirectory } from '../storage/trial.node.ts';
import { runTrial } from '../trial.ts';
import countingExperiment, { countingPars } from './counting-experiment.ts';
import { Crash, type Fault, type FaultyDisk } from './faults.ts';

/** A file system in memory, where there is one: nothing here depends on a real disk. */
export const place = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

/** Runs the trial in a directory to its end, checkpoint by checkpoint; gives what it ended with. */
export async function session(directory: string): Promise<'finished' | 'crashed' | UserError> {
  const storage = new TrialDirectory(directory);
  try {
    const { state } = await runTrial({
      experiment: countingExperiment,
      pars: countingPars,
      storage,
      context: { seed: 3, notice: () => {} },
      versions: { alchemie: '0', wasm: 'w', module: 'm' },
      sha256,
      isInterrupted: () => false,
      checkpointMilliseconds: 0,
    });
    if (state !== 'finished') throw new Error(`the session is ${state}`);
    return state;
  } catch (error) {
    if (isCrash(error)) return 'crashed';
    if (error instanceof UserError) return error;
    throw error;
  } finally {
    close(storage);
  }
}

function isCrash(error: unknown): boolean {
  return error instanceof Crash || (error instanceof Error && isCrash(error.cause));
}

/** Of a process that has crashed nothing is released; that it is dead is seen by the next one. */
function close(storage: TrialDirectory): void {
  try {
    storage.close();
  } catch (error) {
    if (!(error instanceof Crash)) throw error;
  }
}

/** The results of a trial: report, log and newest checkpoint, bytes as text. */
export function bytesOf(directory: string): Record<string, string> {
  const names = ['report-last.json', 'log.jsonl', checkpoints(directory).at(-1) ?? 'no checkpoint'];
  return Object.fromEntries(
    names.map((name, i) => [i < 2 ? name : 'checkpoint', readFileSync(join(directory, name), 'latin1')]),
  );
}

function checkpoints(directory: string): string[] {
  const number = (name: string): number => Number(/\d+/.exec(name));
  return readdirSync(directory)
    .filter((name) => /^checkpoint-\d+\.safetensors$/.test(name))
    .sort((a, b) => number(a) - number(b));
}

/** The step of the newest whole checkpoint, 0 if there is none. */
export function savedStep(directory: string): number {
  const steps = checkpoints(directory).map((name) => stepOf(readFileSync(join(directory, name))));
  return Math.max(0, ...steps);
}

function stepOf(bytes: Uint8Array): number {
  try {
    return decodeCheckpoint(bytes, sha256).metadata.step;
  } catch {
    return 0;
  }
}

export interface FaultCounts {
  readonly operations: number;
  /** Sessions in which something failed. */
  readonly cases: number;
}

/**
 * Lets every `stride`-th operation of a session that begins in `origin` fail in each of the ways, once and for good, and
 * then continues on a disk that works.
 *
 * @throws unless the continued trial has the expected bytes, nothing that was saved is lost, and an error is a sentence
 */
export async function failEverywhere(
  disk: FaultyDisk,
  origin: string | undefined,
  ways: readonly Fault[],
  stride: number,
): Promise<FaultCounts> {
  const root = mkdtempSync(join(place, 'alc-faults-'));
  const fresh = (): string => {
    const directory = join(root, 'trial');
    rmSync(directory, { recursive: true, force: true });
    if (origin === undefined) mkdirSync(directory);
    else cpSync(origin, directory, { recursive: true });
    return directory;
  };
  try {
    disk.mend();
    const clean = fresh();
    if ((await session(clean)) !== 'finished') throw new Error('a session without faults does not finish');
    const expected = JSON.stringify(bytesOf(clean));
    const operations = disk.count;
    let cases = 0;
    for (const fault of ways) {
      for (const isSticky of fault === 'crash' ? [true] : [false, true]) {
        for (let at = cases % stride; at < operations; at += stride) {
          const where = `${fault}${isSticky ? ' for good' : ''} at operation ${at} of ${operations}`;
          disk.mend();
          const directory = fresh();
          const before = savedStep(directory);
          disk.plan(fault, at, isSticky);
          const ended = await session(directory);
          const { hits } = disk;
          disk.mend();
          if (hits === 0) continue;
          cases++;
          check(fault, ended, where);
          if (savedStep(directory) < before) throw new Error(`${where}: a checkpoint is lost`);
          const again = await session(directory);
          if (again !== 'finished') throw new Error(`${where}: cannot be continued: ${again}`);
          if (JSON.stringify(bytesOf(directory)) !== expected) throw new Error(`${where}: other bytes`);
        }
      }
    }
    return { operations, cases };
  } finally {
    rmSync(root, { recursive: true });
  }
}

/** A full or failing disk is no mistake of the user; a missing permission is. */
function check(fault: Fault, ended: 'finished' | 'crashed' | UserError, where: string): void {
  // All may have been done when the crash comes.
  if (fault === 'crash' ? ended instanceof UserError : ended === 'crashed') throw new Error(`${where}: ${ended}`);
  if (!(ended instanceof UserError)) return;
  const isPermission = fault === 'EACCES' || fault === 'EROFS' || fault === 'EMFILE';
  // A lock file that cannot be found any more is that of somebody who was taken over.
  if (fault === 'ESTALE' && ended.exitCode === 5) return;
  if (ended.exitCode !== (isPermission ? 2 : 74)) throw new Error(`${where}: exit code ${ended.exitCode}: ${ended}`);
}

/** A directory in which a session has crashed at an operation; undefined if it has fewer. */
export async function crashedAt(disk: FaultyDisk, at: number): Promise<string | undefined> {
  disk.mend();
  const directory = mkdtempSync(join(place, 'alc-crashed-'));
  disk.plan('crash', at, true);
  const ended = await session(directory);
  disk.mend();
  if (ended === 'crashed') return directory;
  rmSync(directory, { recursive: true });
  return undefined;
}
