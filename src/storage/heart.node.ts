// The heart of a lock: a thread that counts up in the lock file, so that other hosts can see that its writer lives.

import { Worker } from 'node:worker_threads';

/** The heartbeat of a lock file that nobody has counted up yet; others have as many digits. */
export const noBeat = '000000000000';

/**
 * Beats in a thread of its own, started at once, since an experiment's code may compute for long without yielding.
 * Only other hosts look at it: if there can be no thread, the run goes on without.
 *
 * @param beginning what the file holds, up to the heartbeat
 * @param firstBeat milliseconds until the first beat: a short run shall not write
 * @param beat milliseconds between two beats
 * @returns what stops it
 */
export function startHeart(path: string, beginning: string, firstBeat: number, beat: number): () => void {
  const stopped = new Int32Array(new SharedArrayBuffer(4));
  const workerData = { path, beginning, digits: noBeat.length, firstBeat, beat, stopped };
  try {
    const worker = new Worker(HEART, { eval: true, execArgv: [], workerData });
    worker.on('error', () => {});
    worker.unref();
  } catch {}
  return () => {
    Atomics.store(stopped, 0, 1);
    Atomics.notify(stopped, 0);
  };
}

/**
 * Looks whether the file is ours still, and writes into this very one: another might have its name by now. Forces every
 * beat to the disk, for a network file system would else keep it to itself for half a minute.
 */
const HEART = `
const { closeSync, fsyncSync, openSync, readSync, writeSync } = require('node:fs');
const { path, beginning, digits, firstBeat, beat, stopped } = require('node:worker_threads').workerData;
const ours = Buffer.from(beginning);
Atomics.wait(stopped, 0, 0, firstBeat);
for (let beats = 1; Atomics.load(stopped, 0) === 0; beats++) {
  try {
    const file = openSync(path, 'r+');
    try {
      const found = Buffer.alloc(ours.length);
      readSync(file, found, 0, found.length, 0);
      if (!found.equals(ours)) break;
      writeSync(file, String(beats).padStart(digits, '0'), found.length);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
  } catch (error) {
    if (error.code === 'ENOENT') break;
  }
  Atomics.wait(stopped, 0, 0, beat);
}
`;
