// What a trainer is made of, and what of it can be refused at once.

import { settle, show } from '../catalogue.ts';
import { kindOf } from '../errors.ts';
import type { Model } from '../models/model.ts';
import type { OptimizerConfiguration } from '../optimizers/configure.ts';
import type { Report } from '../reports/report.ts';
import type { Score } from '../scores/score.ts';
import { type Criterion, checkCriterion } from '../stops/criterion.ts';
import { never } from '../stops/index.ts';
import type { Split } from './split.ts';

export interface TrainerData {
  readonly train: Split;
  readonly val: Split;
}

export interface TrainerOptions {
  readonly model: Model;
  readonly data: TrainerData;
  /** A whole number from 0 to 2⁵³ − 1; all randomness comes from it. */
  readonly seed: number;
  readonly optimizer: OptimizerConfiguration;
  /** Samples per step; absent: the whole training set. */
  readonly batchSize?: number;
  /**
   * Numbers besides the loss for the log of every pause, by name: functions of the predictions and targets of a split, or
   * names of scores that the model has. A score `accuracy` is logged as `trainAccuracy` and `valAccuracy`, and computed for
   * other data by `trainer.score(split, 'accuracy')`.
   */
  readonly scores?: Readonly<Record<string, Score | string>>;
  /** When training is over for good; asked at every pause. */
  readonly stop: Criterion;
  /** When to look at the losses. */
  readonly pause: Criterion;
  /**
   * When to come back unfinished: asked at every pause, after `stop`, and at the steps that the criterion names itself;
   * one that names none also about every 20 ms, with the losses of the last pause. Its `seconds` are those since `fit` was
   * called, so that a run that is continued gets its time anew. Default: never.
   */
  readonly interrupt?: Criterion;
  /** Shows the info of every pause. Default: nothing. */
  readonly report?: Report;
  /**
   * How many threads compute a step together, 1 to 64: every bit is the same for any number. Worth it for products of large
   * matrices. Where there are none, as in a page without shared memory, one does it all. Default: 1.
   */
  readonly threads?: number;
}

/** More would wait for each other more than they work. */
const MOST_THREADS = 64;

const required = ['model', 'data', 'seed', 'optimizer', 'stop', 'pause'] as const;

/** What TypeScript would refuse: a mistake here would show late, or never. */
export function checkOptions(options: TrainerOptions): void {
  settle(
    'Trainer',
    options ?? {},
    { batchSize: undefined, scores: undefined, interrupt: undefined, report: undefined, threads: undefined },
    required,
  );
  const { model, stop, pause, interrupt = never, report, scores = {}, threads = 1 } = options;
  if (typeof model.build !== 'function') throw new Error('Trainer: model must be a model such as mlp({ … })');
  for (const [name, criterion] of Object.entries({ stop, pause, interrupt }))
    checkCriterion(`Trainer: ${name}`, criterion);
  if (report !== undefined && typeof report !== 'function') {
    throw new Error(`Trainer: report must be a report such as oneLine(['step', 'valLoss']), got ${show(report)}`);
  }
  checkScores(scores);
  if (!(Number.isInteger(threads) && threads >= 1 && threads <= MOST_THREADS)) {
    throw new Error(`Trainer: threads must be a whole number from 1 to ${MOST_THREADS}, got ${threads}`);
  }
}

function checkScores(scores: Readonly<Record<string, unknown>>): void {
  const logged = new Map([[logName('train', 'loss'), 'loss']]);
  for (const [name, score] of Object.entries(scores)) {
    if (typeof score !== 'function' && typeof score !== 'string') {
      throw new Error(
        `Trainer: scores.${name} must be a function such as accuracy, or the name of a score of the model, got ${kindOf(score)}`,
      );
    }
    const key = logName('train', name);
    const other = logged.get(key);
    if (other !== undefined)
      throw new Error(`Trainer: scores.${name} and ${other} would both be logged as ${key}; rename it`);
    logged.set(key, name);
  }
}

/** What a score of a split is called in the log: `trainAccuracy`. */
export function logName(split: keyof TrainerData, score: string): string {
  return `${split}${score.charAt(0).toUpperCase()}${score.slice(1)}`;
}
