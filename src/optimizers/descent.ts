// What methods have in common that look along a direction for the best step: a step is a search along one line.
//
//   the direction follows from the gradient g, the loss and the slope Σ g direction are known
//   parameters ← origin + t direction, and the loss, g and the slope there, for every t that the search asks for
//   what is learnt from the step is kept for the next direction
//
// All evaluations of a step have the same minibatch and the same random numbers. Where these change from step to step, the
// gradient is computed anew at the beginning, so that gradients which are compared are always of one loss.

import type { Node } from '../graph/node.ts';
import { abs, add, multiply, slice, sum } from '../graph/ops/index.ts';
import { topological } from '../graph/topological.ts';
import type { Driver, Method, Step, Updates } from './optimizer.ts';
import {
  beginSearch,
  continueSearch,
  decodeSearch,
  encodeSearch,
  SEARCH_NUMBERS,
  type Search,
  type StrongWolfeOptions,
} from './strongWolfe.ts';

/** What a method may look at. Vectors are [n]. */
export interface Course {
  /** g at the parameters. */
  readonly gradient: Node;
  /** g at the origin: that of the step before once it is over. */
  readonly previousGradient: Node;
  /** That of the last step. */
  readonly direction: Node;
  /** Step length along the direction, a scalar. */
  readonly length: Node;
  readonly slot: Step['slot'];
}

export interface Guide {
  /** The new direction. */
  readonly turn: Node;
  /** Further programs, for `learn`. */
  readonly programs: Readonly<Record<string, Updates>>;
  /** After a step that led to a lower loss. */
  readonly learn: (driver: Driver) => void;
  /** Makes the next direction that of steepest descent; whether it would have been another. */
  readonly forget: (driver: Driver) => boolean;
  /** The first length that is tried. */
  readonly firstLength: (driver: Driver, start: Start) => number;
}

/** What is known before a search. */
export interface Start {
  readonly loss: number;
  readonly slope: number;
  /** Σ |g|. */
  readonly gradientSize: number;
  /** The search of the step before; all zeros at the first one. */
  readonly previous: Search;
}

/** Where a step stands between two evaluations. */
const BETWEEN_STEPS = 0;
const SEARCHING = 1;
const RETURNING = 2;

/** A step of min(1, 1 / Σ |g|), for directions of unknown scale. */
export function cautiousLength({ gradientSize }: Start): number {
  return Math.min(1, 1 / gradientSize);
}

export function descend(step: Step, options: StrongWolfeOptions, guided: (course: Course) => Guide): Method {
  const { parameters, slot } = step;
  const [gradient, previousGradient] = [slot('gradient'), slot('previousGradient')];
  const [origin, direction] = [slot('origin'), slot('direction')];
  const scalar = (name: string): Node => slot(name, { shape: [] });
  const [loss, slope, gradientSize] = [scalar('loss'), scalar('slope'), scalar('gradientSize')];
  // stage, whether a step was made, and the search, which begins with the length.
  const course = slot('search', { shape: [2 + SEARCH_NUMBERS] });
  const length = slice(course, 2, []);
  const { turn, programs, learn, forget, firstLength } = guided({
    gradient,
    previousGradient,
    direction,
    length,
    slot,
  });
  const isFixed = !topological([step.loss]).includes(step.step);

  const read = (driver: Driver, node: Node): number => driver.values(node)[0] ?? Number.NaN;
  const leadsDown = (driver: Driver): boolean => read(driver, slope) < 0 && Number.isFinite(read(driver, loss));
  const remember = (driver: Driver, stage: number, search: Search): void => {
    driver.values(course).set([stage, 1, ...encodeSearch(search)]);
  };
  const endStep = (driver: Driver, search: Search): void => {
    remember(driver, BETWEEN_STEPS, search);
    driver.endStep();
  };
  const arrive = (driver: Driver, search: Search): void => {
    if (search.t > 0) learn(driver);
    else forget(driver);
    endStep(driver, search);
  };

  const beginStep = (driver: Driver): void => {
    const [, wasMade = 0, ...numbers] = driver.values(course);
    if (!isFixed || wasMade === 0) driver.run('evaluate');
    driver.run('turn');
    if (!leadsDown(driver) && forget(driver)) driver.run('turn');
    const start = { loss: read(driver, loss), slope: read(driver, slope), previous: decodeSearch(numbers) };
    if (leadsDown(driver)) {
      const length = firstLength(driver, { ...start, gradientSize: read(driver, gradientSize) });
      remember(driver, SEARCHING, beginSearch(start.loss, start.slope, length));
    } else {
      // At a minimum, or where the loss is no number: the parameters stay.
      endStep(driver, beginSearch(start.loss, start.slope, 0));
    }
  };

  const advance = (driver: Driver): void => {
    const [stage, , ...numbers] = driver.values(course);
    if (stage === BETWEEN_STEPS) {
      beginStep(driver);
      return;
    }
    const before = decodeSearch(numbers);
    driver.run('move');
    driver.run('evaluate');
    const search =
      stage === RETURNING ? before : continueSearch(before, read(driver, loss), read(driver, slope), options);
    if (search.isOver && search.t === before.t) arrive(driver, search);
    else remember(driver, search.isOver ? RETURNING : SEARCHING, search);
  };

  return {
    updates: [],
    programs: {
      evaluate: [
        [gradient, step.gradient],
        [loss, step.loss],
        [slope, sum(multiply(step.gradient, direction))],
      ],
      turn: [
        [direction, turn],
        [origin, parameters],
        [previousGradient, gradient],
        [slope, sum(multiply(gradient, turn))],
        [gradientSize, sum(abs(gradient))],
      ],
      move: [[parameters, add(origin, multiply(direction, length))]],
      ...programs,
    },
    advance,
  };
}
