// A worker as its pool sees it: a process that runs one configuration after the other, and may die at any time.

import type { ChildProcess } from 'node:child_process';
import { UserError } from '../errors.ts';
import type { Ending, FromWorker, RunOrder, ToWorker } from './messages.ts';

interface Death {
  readonly text: string;
  readonly isBySignal: boolean;
}

export class WorkerProcess {
  /** Whether it can run another configuration. */
  isReusable = true;
  readonly #child: ChildProcess;
  readonly #notice: (directory: string, text: string) => void;
  readonly #stored: (directory: string) => Promise<Ending | undefined>;
  readonly #death: Promise<Death>;
  #reason: string | undefined;

  /** @param stored what the disk says of a configuration whose worker has died */
  constructor(
    child: ChildProcess,
    notice: (directory: string, text: string) => void,
    stored: (directory: string) => Promise<Ending | undefined>,
  ) {
    this.#child = child;
    this.#notice = notice;
    this.#stored = stored;
    this.#death = death(child);
    this.#death.then(() => {
      this.isReusable = false;
    });
  }

  /** @throws UserError when it cannot load the module */
  async run(order: RunOrder): Promise<Ending> {
    const { directory } = order;
    const word = new Promise<Ending>((resolve, reject) => {
      this.#child.on('message', (message: FromWorker) => {
        if (message.type === 'notice') this.#notice(directory, message.text);
        if (message.type === 'refused') reject(new UserError(message.message, message.exitCode));
        if (message.type === 'ended') {
          this.isReusable = message.isReusable;
          resolve(message.ending);
        }
      });
    });
    this.#send(order);
    try {
      const end = await Promise.race([word, this.#death]);
      return 'state' in end ? end : await this.#afterDeath(directory, end);
    } finally {
      this.#child.removeAllListeners('message');
    }
  }

  interrupt(reason: string): void {
    this.#reason = reason;
    this.#send({ type: 'interrupt', reason });
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }

  /** It ends as soon as it has nothing to do. */
  dismiss(): void {
    if (this.#child.connected) this.#child.disconnect();
  }

  async #afterDeath(directory: string, { text, isBySignal }: Death): Promise<Ending> {
    this.isReusable = false;
    const stored = await this.#stored(directory);
    if (stored) return stored;
    // One that was only starting when the whole group was interrupted.
    if (isBySignal && this.#reason !== undefined) return { state: 'untouched', reason: this.#reason };
    return { state: 'failed', message: `its process ${text} before it was done` };
  }

  #send(message: ToWorker): void {
    // A failure means that it is dead, which is told otherwise.
    if (this.#child.connected) this.#child.send(message, () => {});
  }
}

/** Resolves when it has ended and all it has said has been heard. */
async function death(child: ChildProcess): Promise<Death> {
  const disconnected = new Promise<void>((resolve) => child.once('disconnect', resolve));
  return new Promise((resolve) => {
    child.once('error', (error) => resolve({ text: `could not be started: ${error.message}`, isBySignal: false }));
    child.once('exit', async (code, signal) => {
      if (child.connected) await disconnected;
      const text = signal ? `was killed by ${signal}` : `ended with code ${code}`;
      resolve({ text, isBySignal: signal !== null });
    });
  });
}
