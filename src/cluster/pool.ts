// Many configurations, several at a time, by processes that serve one after the other: starting one and loading the
// module takes longer than training a small model.

import type { ChildProcess } from 'node:child_process';
import type { Ending, RunSettings } from './messages.ts';
import { WorkerProcess } from './workerProcess.ts';

export interface PoolOptions {
  readonly module: string;
  readonly settings: RunSettings;
  /** How many at a time. */
  readonly jobs: number;
  /** How many times one that has failed is run again. */
  readonly retries: number;
  /** Whether the first failure interrupts all others. */
  readonly failFast: boolean;
  /** A process with a channel that does as `serve` of the command line. */
  readonly startWorker: () => ChildProcess;
  /** What the disk says of a configuration whose worker has died; undefined if it is not over. */
  readonly ending: (directory: string) => Promise<Ending | undefined>;
  readonly events: PoolEvents;
}

export interface PoolEvents {
  readonly started: (directory: string) => void;
  readonly notice: (directory: string, text: string) => void;
  /** @param isAgain whether it will be run once more */
  readonly ended: (directory: string, ending: Ending, isAgain: boolean) => void;
}

export class Pool {
  readonly #options: PoolOptions;
  readonly #workers = new Set<WorkerProcess>();
  readonly #attempts = new Map<string, number>();
  #waiting: string[] = [];
  #reason: string | undefined;

  constructor(options: PoolOptions) {
    this.#options = options;
  }

  /**
   * Runs configurations in the order given.
   *
   * @throws UserError when the module cannot be loaded
   */
  async run(directories: readonly string[]): Promise<void> {
    this.#waiting = [...directories];
    const slots = Array.from({ length: Math.min(this.#options.jobs, directories.length) }, () => this.#work());
    // One that fails to load the module must not keep the others from saving what they have.
    const refused = (await Promise.allSettled(slots)).find((slot) => slot.status === 'rejected');
    if (refused) throw refused.reason;
  }

  /** Starts nothing more; what is running saves and comes back. */
  interrupt(reason: string): void {
    if (this.#reason !== undefined) return;
    this.#reason = reason;
    for (const worker of this.#workers) worker.interrupt(reason);
  }

  /** Leaves at once: what is lost is what was done since the last checkpoint. */
  kill(): void {
    for (const worker of this.#workers) worker.kill();
  }

  async #work(): Promise<void> {
    const { module, settings, events, failFast, retries } = this.#options;
    let worker: WorkerProcess | undefined;
    try {
      for (let directory = this.#next(); directory !== undefined; directory = this.#next()) {
        // It may have died of what the last run has left behind.
        if (!worker?.isReusable) worker = this.#replacement(worker);
        events.started(directory);
        const ending = await worker.run({ type: 'run', directory, module, settings });
        const attempt = (this.#attempts.get(directory) ?? 0) + 1;
        this.#attempts.set(directory, attempt);
        const isAgain = ending.state === 'failed' && attempt <= retries && this.#reason === undefined;
        if (isAgain) this.#waiting.push(directory);
        events.ended(directory, ending, isAgain);
        if (ending.state === 'failed' && !isAgain && failFast) this.interrupt('a failure');
      }
    } catch (error) {
      this.interrupt('a module that cannot be loaded');
      throw error;
    } finally {
      if (worker) this.#dismiss(worker);
    }
  }

  #next(): string | undefined {
    return this.#reason === undefined ? this.#waiting.shift() : undefined;
  }

  #replacement(old: WorkerProcess | undefined): WorkerProcess {
    if (old) this.#dismiss(old);
    const { startWorker, ending, events } = this.#options;
    const worker = new WorkerProcess(startWorker(), events.notice, ending);
    this.#workers.add(worker);
    return worker;
  }

  #dismiss(worker: WorkerProcess): void {
    this.#workers.delete(worker);
    worker.dismiss();
  }
}
