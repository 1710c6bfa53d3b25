// Threads of Node.js that run programs together with the one that asks for them (assembly/team.ts).

import { Worker } from 'node:worker_threads';
import type { Team } from './threads.ts';

/** Where started threads are counted, in bytes; the same stands in assembly/team.ts. */
const READY = 4;

/** A busy machine may take a second. */
const START_MILLISECONDS = 30_000;

/** What is left of a machine that nobody needs any more are its threads. */
const owners = new FinalizationRegistry<readonly Worker[]>((workers) => {
  for (const worker of workers) worker.terminate();
});

/**
 * Starts threads, and waits until they are there.
 *
 * @throws when the system gives none
 */
export function startTeam(owner: object, team: Team): void {
  const workers = Array.from({ length: team.threads - 1 }, (_, i) => {
    const worker = new Worker(new URL('../machine/thread.node.js', import.meta.url), {
      workerData: { ...team, thread: i + 1 },
    });
    // The process may end without them.
    worker.unref();
    return worker;
  });
  owners.register(owner, workers);
  const ready = new Int32Array(team.memory.buffer, READY, 1);
  for (let count = 0; count < workers.length; count = ready[0] ?? 0) {
    if (Atomics.wait(ready, 0, count, START_MILLISECONDS) === 'timed-out') {
      throw new Error(`Trainer: only ${count + 1} of ${team.threads} threads could be started; ask for fewer`);
    }
  }
}
