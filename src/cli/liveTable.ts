// What is running, as a table on a terminal: how far, how good, how fast, for how long still, and a curve of the loss.

import { columns } from '../analysis/columns.ts';
import type { Course } from './course.ts';
import { showSeconds } from './duration.ts';
import { showLoss } from './outcome.ts';
import { size } from './terminal.ts';

export interface Runner {
  readonly name: string;
  readonly course: Course;
  /** The step at which it may be over, if anything is known. */
  readonly lastStep?: number | undefined;
}

const titles = ['', 'step', 'epoch', 'train loss', 'val loss', 'best', 'steps/s', 'left'];
const WIDEST_SPARKLINE = 40;

/** A line of titles and one for each, as wide as the terminal at most. */
export function liveTable(runners: readonly Runner[]): string[] {
  const lines = columns([titles, ...runners.map(rowOf)], titles.length);
  const width = Math.max(...lines.map(({ length }) => length));
  const sparkline = Math.min(WIDEST_SPARKLINE, size().columns - width - 3);
  return lines.map((line, i) =>
    sparkline > 0 ? `${line.padEnd(width)}  ${runners[i - 1]?.course.sparkline(sparkline) ?? ''}` : line,
  );
}

function rowOf({ name, course: { newest, pace }, lastStep = 0 }: Runner): string[] {
  if (!newest) return [name, ...titles.slice(1).map(() => '')];
  const { step, epoch, trainLoss, valLoss, bestLoss } = newest;
  const losses = [trainLoss, valLoss, bestLoss].map((loss) => (typeof loss === 'number' ? shortly(loss) : ''));
  const epochs = typeof epoch === 'number' ? `${Math.floor(epoch)}` : '';
  const left = pace && step < lastStep ? showSeconds((lastStep - step) / pace) : '';
  return [name, `${step}`, epochs, ...losses, pace === undefined ? '' : shortly(pace), left];
}

/** Four digits. */
function shortly(value: number): string {
  return Math.abs(value) >= 1000 && Number.isFinite(value) ? value.toFixed(0) : showLoss(Number(value.toPrecision(4)));
}
