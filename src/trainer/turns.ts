// Long computations leave no room for signals and timers; now and then the event loop must turn.

export class Turns {
  readonly #milliseconds: number;
  #last = performance.now();

  /** @param milliseconds how long the event loop may be kept waiting */
  constructor(milliseconds: number) {
    this.#milliseconds = milliseconds;
  }

  /** Whether the event loop has waited for long enough. */
  get isDue(): boolean {
    return performance.now() - this.#last >= this.#milliseconds;
  }

  /** Lets the event loop turn. */
  async turn(): Promise<void> {
    // A resolved promise alone would not let signals through.
    await new Promise<void>((resolve) => {
      if (globalThis.setImmediate) globalThis.setImmediate(resolve);
      else setTimeout(resolve);
    });
    this.#last = performance.now();
  }
}
