// The heart of a lock: a thread that counts up in the lock file, so that other hosts can see that its writer lives.

import { Worker } from 'node:worker_threads';

/** The heartbeat of a lock file that nobody has counted up yet; others have as many digits. */
export const noBeat = '000000000000';

/** A lock file to be counted up in. */
interface Lock {
  readonly path: string;
  /** What the file holds, up to the heartbeat: no two are alike. */
  readonly beginning: string;
  /** Milliseconds until the first beat: a short run shall not write. */
  readonly firstBeat: number;
  /** Milliseconds between two beats. */
  readonly beat: number;
}

/** One for all locks of this process: to start a thread costs more than a short run. */
let thread: Worker | undefined;

/**
 * Beats in a thread of its own, started at once, since an experiment's code may compute for long without yielding.
 * Only other hosts look at it: if there can be no thread, the run goes on without.
 *
 * @returns what stops it
 */
export function startHeart(lock: Lock): () => void {
  try {
    thread ??= startThread();
    thread.postMessage({ ...lock, isHeld: true });
  } catch {}
  return () => thread?.postMessage({ ...lock, isHeld: false });
}

function startThread(): Worker {
  const worker = new Worker(HEART, { eval: true, execArgv: [], workerData: { digits: noBeat.length } });
  worker.on('error', () => {});
  worker.on('exit', () => {
    thread = undefined;
  });
  worker.unref();
  return worker;
}

/**
 * Looks whether the file is ours still, and writes into this very one: another might have its name by now. Forces every
 * beat to the disk, for a network file system would else keep it to itself for half a minute.
 */
const HEART = `
const { closeSync, fsyncSync, openSync, readSync, writeSync } = require('node:fs');
const { parentPort, workerData: { digits } } = require('node:worker_threads');
const timers = new Map();
parentPort.on('message', (lock) => {
  if (lock.isHeld) beatIn(lock.firstBeat, lock, 1);
  else clearTimeout(timers.get(lock.beginning)), timers.delete(lock.beginning);
});
function beatIn(milliseconds, lock, beats) {
  timers.set(lock.beginning, setTimeout(() => {
    if (isBeaten(lock, beats)) beatIn(lock.beat, lock, beats + 1);
    else timers.delete(lock.beginning);
  }, milliseconds));
}
function isBeaten({ path, beginning }, beats) {
  const ours = Buffer.from(beginning);
  try {
    const file = openSync(path, 'r+');
    try {
      const found = Buffer.alloc(ours.length);
      readSync(file, found, 0, found.length, 0);
      if (!found.equals(ours)) return false;
      writeSync(file, String(beats).padStart(digits, '0'), found.length);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
  } catch (error) {
    return error.code !== 'ENOENT';
  }
  return true;
}
`;
