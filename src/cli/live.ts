// What a person sees of a single run on a terminal: its row of the table, below all that is printed meanwhile.

import { basename } from 'node:path';
import type { Trainable, Watch } from '../trainable.ts';
import { Course } from './course.ts';
import { liveTable } from './liveTable.ts';
import { isLive, keepBelow, paint, unpaint } from './terminal.ts';

const REPAINT_MILLISECONDS = 500;

export class Live {
  readonly #name: string;
  readonly #course = new Course();
  readonly #timer: NodeJS.Timeout | undefined;
  readonly #release: (() => void) | undefined;
  #trainer: Trainable | undefined;

  constructor(directory: string) {
    this.#name = basename(directory);
    if (!isLive()) return;
    this.#release = keepBelow();
    this.#timer = setInterval(() => this.#repaint(), REPAINT_MILLISECONDS);
    this.#timer.unref();
  }

  /** It only looks. */
  watch(trainer: Trainable): Watch {
    this.#trainer = trainer;
    return {};
  }

  close(): void {
    clearInterval(this.#timer);
    unpaint();
    this.#release?.();
  }

  #repaint(): void {
    const { step, latestStep, log } = this.#trainer ?? { step: 0, latestStep: undefined, log: [] };
    const newest = log.at(-1);
    // Losses are those of the last pause.
    if (newest) this.#course.look({ ...newest, step }, performance.now());
    if (this.#trainer) paint(liveTable([{ name: this.#name, course: this.#course, lastStep: latestStep }]));
  }
}
