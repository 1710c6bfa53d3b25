// One writer of a trial among all tabs and workers of the origin, by the Web Locks API: a lock is let go when its worker ends,
// however it ends, and nobody can take it over before that.

import { LockError, UserError } from '../errors.ts';

export class WebLock {
  readonly #name: string;
  #letGo: (() => void) | undefined;

  constructor(path: string) {
    this.#name = `alchemie ${path}`;
  }

  /** @throws LockError when another one holds it */
  async acquire(): Promise<void> {
    if (this.#letGo) return;
    if (!navigator.locks) {
      throw new UserError(
        `${this.#name}: this page is not secure, so it has no locks; open it by https or on localhost`,
      );
    }
    await new Promise<void>((resolve, reject) => {
      const hold = (lock: Lock | null): Promise<void> | undefined => {
        if (!lock) {
          reject(new LockError('it is being trained in another tab; close it there, or wait', 'another tab'));
          return undefined;
        }
        const held = new Promise<void>((letGo) => {
          this.#letGo = letGo;
        });
        resolve();
        return held;
      };
      navigator.locks.request(this.#name, { ifAvailable: true }, hold).catch(reject);
    });
  }

  release(): void {
    this.#letGo?.();
    this.#letGo = undefined;
  }
}
