// What a person sees of a pool: lines that tell of events, and on a terminal a table below them of what is running.

import { basename } from 'node:path';
import { newestInfo } from '../storage/summary.node.ts';
import { Course } from './course.ts';
import { showSeconds } from './duration.ts';
import { liveTable } from './liveTable.ts';
import { print, tell } from './print.ts';
import { isLive, paint, size, unpaint } from './terminal.ts';

const REPAINT_MILLISECONDS = 500;

export class Board {
  readonly #total: number;
  readonly #began = performance.now();
  /** Those that are running. */
  readonly #courses = new Map<string, Course>();
  readonly #timer: NodeJS.Timeout | undefined;
  #done = 0;
  /** Of all that have finished. */
  #mostSteps = 0;
  #isClosed = false;

  /** @param total how many configurations are to be run */
  constructor(total: number) {
    this.#total = total;
    if (!isLive()) return;
    this.#timer = setInterval(() => this.#repaint(), REPAINT_MILLISECONDS);
    this.#timer.unref();
  }

  started(directory: string): void {
    this.#courses.set(directory, new Course());
  }

  /**
   * @param isDone false if it will be run again
   * @param steps of one that has finished
   */
  ended(directory: string, isDone: boolean, steps = 0): void {
    this.#courses.delete(directory);
    this.#mostSteps = Math.max(this.#mostSteps, steps);
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
    // A damaged log is told by who reads it in earnest.
    const looks = [...this.#courses].map(async ([directory, course]) => {
      const info = await newestInfo(directory).catch(() => undefined);
      if (info) course.look(info, performance.now());
    });
    await Promise.all(looks);
    if (!this.#isClosed) paint([...this.#table(), this.#progress()]);
  }

  #table(): string[] {
    // Titles, what is left out, and the progress need a line each, and the cursor stands in the last.
    const room = Math.max(1, size().rows - 4);
    const running = [...this.#courses];
    const shown = running.length > room + 1 ? running.slice(0, room) : running;
    // If they go on for as long as the longest of those that have finished; nobody knows when a criterion will hold.
    const lastStep = this.#mostSteps;
    const table = liveTable(shown.map(([directory, course]) => ({ name: basename(directory), course, lastStep })));
    const hidden = running.length - shown.length;
    return hidden > 0 ? [...table, `and ${hidden} more`] : table;
  }

  #progress(): string {
    const elapsed = (performance.now() - this.#began) / 1000;
    const left = this.#total - this.#done;
    const rest = this.#done > 0 && left > 0 ? `, about ${showSeconds((elapsed / this.#done) * left)} left` : '';
    return `${this.#done} of ${this.#total} done, ${this.#courses.size} running, ${showSeconds(elapsed)}${rest}`;
  }
}
