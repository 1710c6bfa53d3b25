// What a person sees of a pool: lines that tell of events, and on a terminal a table below them of what is running.

import { columns } from '../analysis/columns.ts';
import { newestInfo } from '../storage/summary.node.ts';
import { showSeconds } from './duration.ts';
import { showLoss } from './outcome.ts';
import { print, tell } from './print.ts';
import { isLive, paint, unpaint } from './terminal.ts';

const REPAINT_MILLISECONDS = 500;

export class Board {
  readonly #total: number;
  readonly #began = performance.now();
  /** When each that is running was started. */
  readonly #running = new Map<string, number>();
  readonly #timer: NodeJS.Timeout | undefined;
  #done = 0;
  #isClosed = false;

  /** @param total how many configurations are to be run */
  constructor(total: number) {
    this.#total = total;
    if (!isLive()) return;
    this.#timer = setInterval(() => this.#repaint(), REPAINT_MILLISECONDS);
    this.#timer.unref();
  }

  started(directory: string): void {
    this.#running.set(directory, performance.now());
  }

  /** @param isDone false if it will be run again */
  ended(directory: string, isDone: boolean): void {
    this.#running.delete(directory);
    if (isDone) this.#done++;
  }

  /** A result, on stdout. */
  print(line: string): void {
    unpaint();
    print(`${line}\n`);
  }

  /** Anything else, on stderr. */
  tell(line: string): void {
    unpaint();
    tell(line);
  }

  close(): void {
    this.#isClosed = true;
    clearInterval(this.#timer);
    unpaint();
  }

  async #repaint(): Promise<void> {
    const running = [...this.#running];
    // A damaged log is told by who reads it in earnest.
    const infos = await Promise.all(running.map(([directory]) => newestInfo(directory).catch(() => undefined)));
    if (this.#isClosed) return;
    const rows = running.map(([directory, since], i) => {
      const info = infos[i];
      const seconds = showSeconds((performance.now() - since) / 1000);
      return [`${info?.step ?? ''}`, info ? showLoss(info.bestLoss) : '', seconds, directory];
    });
    paint([...columns([['step', 'best validation loss', 'time', 'running'], ...rows], 3), this.#progress()]);
  }

  #progress(): string {
    const elapsed = (performance.now() - this.#began) / 1000;
    const left = this.#total - this.#done;
    const rest = this.#done > 0 && left > 0 ? `, about ${showSeconds((elapsed / this.#done) * left)} left` : '';
    return `${this.#done} of ${this.#total} done in ${showSeconds(elapsed)}${rest}`;
  }
}
