// An experiment whose trainer asks at every single step whether to come back: what it does to its storage is the same
// every time, so that every operation can be made to fail in turn. Its bytes depend on every step that was made.

import type { Experiment, Info, Snapshot, Tensor, Trainable, Watch } from 'alchemie';

export interface CountingPars {
  readonly steps: number;
  /** Numbers in the state. */
  readonly width: number;
}

export const countingPars: CountingPars = { steps: 6, width: 40 };

class CountingTrainer implements Trainable {
  log: Info[] = [];
  readonly #pars: CountingPars;
  readonly #seed: number;
  #state: Int32Array;
  #step = 0;

  constructor(pars: CountingPars, seed: number) {
    this.#pars = pars;
    this.#seed = seed;
    this.#state = new Int32Array(pars.width);
  }

  get step(): number {
    return this.#step;
  }

  get stopped(): boolean {
    return this.#step >= this.#pars.steps;
  }

  get bestLoss(): number {
    return this.log.at(-1)?.bestLoss ?? Number.POSITIVE_INFINITY;
  }

  async fit({ logged, between }: Watch = {}): Promise<void> {
    while (!this.stopped) {
      this.#step++;
      // Numerical Recipes' linear congruential generator, over all that was before.
      this.#state = this.#state.map((x, i) => (Math.imul(x + this.#seed + i, 1664525) + 1013904223 + this.#step) | 0);
      const info = { step: this.#step, bestLoss: (this.#state[0] ?? 0) / 2 ** 31 };
      this.log.push(info);
      logged?.(info);
      if (await between?.()) return;
    }
  }

  snapshot(): Snapshot {
    const step: Tensor = { data: new Int32Array([this.#step]), shape: [] };
    return new Map([
      ['state', { data: this.#state, shape: [this.#pars.width] }],
      ['step', step],
    ]);
  }

  restore(snapshot: Snapshot, log: readonly Info[]): void {
    this.#state = Int32Array.from(snapshot.get('state')?.data ?? []);
    this.#step = snapshot.get('step')?.data[0] ?? 0;
    this.log = [...log];
  }

  async withBest<T>(use: () => T | Promise<T>): Promise<T> {
    return use();
  }

  /** Of all that was done. */
  get sum(): number {
    return this.#state.reduce((sum, x) => (Math.imul(sum, 31) + x) | 0, 0);
  }
}

const experiment: Experiment<CountingPars, { train: [number]; val: [number] }, CountingTrainer> = {
  preamble: () => '// Counts.',
  drawPars: (n) => Array.from({ length: n }, () => countingPars),
  loadData: () => ({ train: [1], val: [1] }),
  newTrainer: (pars, _, { seed }) => new CountingTrainer(pars, seed),
  makeReport: (_, trainer) => ({ step: trainer.step, sum: trainer.sum }),
};

export default experiment;
