// A worker as something to be called.

import type { Answer, Calls, Progress } from '../worker/messages.ts';

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
  readonly onProgress: ((progress: Progress) => void) | undefined;
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
        const error = new Error(message || 'the training program could not be loaded; reload the page');
        reject(error);
        for (const pending of this.#pending.values()) pending.reject(error);
        this.#pending.clear();
      });
    });
  }

  async call<Name extends keyof Calls>(name: Name, ...args: Parameters<Calls[Name]>): Promise<ReturnType<Calls[Name]>> {
    return this.#send(name, args);
  }

  async run(
    order: Parameters<Calls['run']>[0],
    onProgress: (progress: Progress) => void,
  ): Promise<ReturnType<Calls['run']>> {
    return this.#send('run', [order], onProgress);
  }

  async #send<Name extends keyof Calls>(
    name: Name,
    args: Parameters<Calls[Name]>,
    onProgress?: (progress: Progress) => void,
  ): Promise<ReturnType<Calls[Name]>> {
    await this.#ready;
    const id = ++this.#count;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject, onProgress });
      this.#worker.postMessage({ id, name, args });
    });
  }

  #hear(answer: Exclude<Answer, { isReady: true }>): void {
    const pending = this.#pending.get(answer.id);
    if (!pending) return;
    if ('progress' in answer) {
      pending.onProgress?.(answer.progress);
      return;
    }
    this.#pending.delete(answer.id);
    if ('error' in answer) pending.reject(new RemoteError(answer.error, answer.isLocked, answer.isChanged));
    else pending.resolve(answer.value as never);
  }
}
