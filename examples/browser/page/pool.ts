// Workers that train, one configuration each at a time, in the order in which they were asked to.

import type { Listener, RunOrder, TrialFacts } from '../worker/messages.ts';
import { Remote } from './remote.ts';

/** A phone's or a laptop's processors, but for one that draws. */
export const POOL_SIZE = Math.max(1, Math.min((navigator.hardwareConcurrency || 2) - 1, 6));

/** Hears of a run from when a worker is free for it. */
interface JobListener extends Listener {
  readonly begun: () => void;
}

interface Job {
  readonly order: RunOrder;
  readonly listener: JobListener;
  readonly resolve: (facts: TrialFacts | undefined) => void;
  readonly reject: (error: unknown) => void;
}

export class Pool {
  readonly #idle: Remote[] = [];
  readonly #busy = new Map<Job, Remote>();
  readonly #queue: Job[] = [];
  #size = 0;
  #speed = Number.POSITIVE_INFINITY;

  /** Resolves when the run has come back; with nothing if it was taken off the queue. */
  run(order: Omit<RunOrder, 'speed'>, listener: JobListener): Promise<TrialFacts | undefined> {
    return new Promise((resolve, reject) => {
      this.#queue.push({ order: { ...order, speed: this.#speed }, listener, resolve, reject });
      this.#serve();
    });
  }

  /** Lets some runs come back, and takes those that wait off the queue. */
  pause(isMeant: (order: RunOrder) => boolean): void {
    for (const job of this.#queue.filter(({ order }) => isMeant(order))) {
      this.#queue.splice(this.#queue.indexOf(job), 1);
      job.resolve(undefined);
    }
    for (const [{ order }, remote] of this.#busy) if (isMeant(order)) void remote.call('pause');
  }

  /** Steps per second, at most, of every run. */
  set speed(speed: number) {
    this.#speed = speed;
    for (const remote of this.#busy.values()) void remote.call('pace', speed);
  }

  /** The worker in which a configuration is being trained. */
  workerOf(set: string, index: number): Remote | undefined {
    for (const [{ order }, remote] of this.#busy) if (order.set === set && order.index === index) return remote;
    return undefined;
  }

  #serve(): void {
    while (this.#queue.length > 0) {
      const remote = this.#idle.pop() ?? this.#grow();
      const job = remote && this.#queue.shift();
      if (!remote || !job) return;
      void this.#do(job, remote);
    }
  }

  #grow(): Remote | undefined {
    if (this.#size === POOL_SIZE) return undefined;
    this.#size++;
    return new Remote();
  }

  async #do(job: Job, remote: Remote): Promise<void> {
    this.#busy.set(job, remote);
    job.listener.begun();
    try {
      job.resolve(await remote.run({ ...job.order, speed: this.#speed }, job.listener));
    } catch (error) {
      job.reject(error);
    } finally {
      this.#busy.delete(job);
      this.#idle.push(remote);
      this.#serve();
    }
  }
}
