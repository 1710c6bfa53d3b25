// Long computations leave no room for signals and timers; now and then the event loop must turn.

export class Turns {
  readonly #milliseconds: number;
  #last = performance.now();
  #count = 0;

  /** @param milliseconds how long the event loop may be kept waiting */
  constructor(milliseconds: number) {
    this.#milliseconds = milliseconds;
  }

  /** How often the event loop has turned. */
  get count(): number {
    return this.#count;
  }

  /** Lets the event loop turn if it has waited for long enough. */
  async whenDue(): Promise<void> {
    if (performance.now() - this.#last < this.#milliseconds) return;
    // A resolved promise alone would not let signals through.
    await new Promise<void>((resolve) => {
      if (globalThis.setImmediate) globalThis.setImmediate(resolve);
      else setTimeout(resolve);
    });
    this.#last = performance.now();
    this.#count++;
  }
}
