// A worker as something to be called.

import type { Answer, Calls, Listener } from '../worker/messages.ts';

/** What a call failed with. */
export class RemoteError extends Error {
  /** Another tab has it. */
  readonly isLocked: boolean;
  /** What is to be continued has changed since. */
  readonly isChanged: boolean;

  constructor(message: string, isLocked: boolean, isChanged: boolean) {
    super(message);
    this.isLocked = isLocked;
    this.isChanged = isChanged;
  }
}

interface Pending {
  readonly resolve: (value: never) => void;
  readonly reject: (error: Error) => void;
  readonly listener: Listener | undefined;
}

export class Remote {
  readonly #worker = new Worker(new URL('../worker/main.ts', import.meta.url), { type: 'module' });
  readonly #pending = new Map<number, Pending>();
  readonly #ready: Promise<void>;
  #count = 0;

  constructor() {
    this.#ready = new Promise((resolve, reject) => {
      this.#worker.addEventListener('message', ({ data }: MessageEvent<Answer>) => {
        if ('isReady' in data) resolve();
        else this.#hear(data);
      });
      this.#worker.addEventListener('error', ({ message }) => {
        // Without what browsers put before the error's own words; there are none where not even the program came.
        const text =
          message?.replace(/^Uncaught (\w*Error: )?/, '') ||
          'the training program could not be loaded; reload the page';
        const error = new RemoteError(text, false, false);
        reject(error);
        for (const pending of this.#pending.values()) pending.reject(error);
        this.#pending.clear();
      });
    });
  }

  async call<Name extends keyof Calls>(name: Name, ...args: Parameters<Calls[Name]>): Promise<ReturnType<Calls[Name]>> {
    return this.#send(name, args);
  }

  async run(order: Parameters<Calls['run']>[0], listener: Listener): Promise<ReturnType<Calls['run']>> {
    return this.#send('run', [order], listener);
  }

  async #send<Name extends keyof Calls>(
    name: Name,
    args: Parameters<Calls[Name]>,
    listener?: Listener,
  ): Promise<ReturnType<Calls[Name]>> {
    await this.#ready;
    const id = ++this.#count;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject, listener });
      this.#worker.postMessage({ id, name, args });
    });
  }

  #hear(answer: Exclude<Answer, { isReady: true }>): void {
    const pending = this.#pending.get(answer.id);
    if (!pending) return;
    if ('progress' in answer) {
      pending.listener?.progressed(answer.progress);
      return;
    }
    if ('notice' in answer) {
      pending.listener?.noticed(answer.notice);
      return;
    }
    this.#pending.delete(answer.id);
    if ('error' in answer) pending.reject(new RemoteError(answer.error, answer.isLocked, answer.isChanged));
    else pending.resolve(answer.value as never);
  }
}
