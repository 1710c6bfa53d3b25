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
    await new Promise<void>((resolve) => (globalThis.setImmediate ?? posted)(() => resolve()));
    this.#last = performance.now();
  }
}

/** In browsers: a timer would wait for 4 ms there, a message does not. */
function posted(resolve: () => void): void {
  const { port1, port2 } = new MessageChannel();
  port1.addEventListener('message', () => {
    port1.close();
    resolve();
  });
  port1.start();
  port2.postMessage(null);
}
