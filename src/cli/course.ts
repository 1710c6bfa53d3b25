// How one run has been going, as somebody sees it who looks now and then.

import { log } from '../machine/scalar.ts';
import type { Info } from '../trainable.ts';

interface Look {
  /** Milliseconds. */
  readonly time: number;
  readonly info: Info;
}

/** More than a terminal has columns for. */
const MOST_LOOKS = 256;

/** Long enough for a steady number, short enough to tell of a change. */
const RATE_MILLISECONDS = 10_000;

export class Course {
  #looks: Look[] = [];

  /** @param info the newest line of the log, at `time` */
  look(info: Info, time: number): void {
    if (this.#looks.at(-1)?.info.step === info.step) return;
    this.#looks.push({ time, info });
    // Half as many, over the whole of the run.
    if (this.#looks.length > MOST_LOOKS) this.#looks = this.#looks.filter((_, i) => i % 2 === 0);
  }

  get newest(): Info | undefined {
    return this.#looks.at(-1)?.info;
  }

  /** Steps per second of late; undefined before there were two looks. */
  get pace(): number | undefined {
    const last = this.#looks.at(-1);
    const first = this.#looks.find((look) => last && (look === last || last.time - look.time <= RATE_MILLISECONDS));
    const before = first === last ? this.#looks.at(-2) : first;
    if (!last || !before) return undefined;
    return (1000 * (last.info.step - before.info.step)) / (last.time - before.time);
  }

  /** The validation loss since the first look, one character for each of at most `width` equal parts of the looks. */
  sparkline(width: number): string {
    const losses = this.#looks.map(({ info }) => (typeof info.valLoss === 'number' ? info.valLoss : info.bestLoss));
    const length = Math.min(width, losses.length);
    return sparkline(
      Array.from({ length }, (_, i) => losses[Math.floor(((i + 1) * losses.length) / length) - 1] ?? Number.NaN),
    );
  }
}

const BLOCKS = '▁▂▃▄▅▆▇█';

/** Heights between the smallest and the largest; of their logarithms if all are positive, for losses fall by factors. */
export function sparkline(values: readonly number[]): string {
  const isPositive = values.every((value) => !(value <= 0));
  const scaled = isPositive ? values.map(log) : values;
  const finite = scaled.filter(Number.isFinite);
  const [low, high] = [Math.min(...finite), Math.max(...finite)];
  return scaled
    .map((value) => {
      if (!Number.isFinite(value)) return '!';
      const height = high > low ? (value - low) / (high - low) : 0;
      return BLOCKS[Math.round(height * (BLOCKS.length - 1))];
    })
    .join('');
}
