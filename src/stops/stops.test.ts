// The criteria: what they decide on made-up logs, and that `next` says the same as the predicate.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { range } from '../testing/item.ts';
import type { Info } from '../trainable.ts';
import type { Criterion } from './criterion.ts';
import * as stops from './index.ts';

const { afterEpochs, afterSeconds, afterSteps, all, always, any, everyEpochs, everySteps, never, notBetterThanAfter } =
  stops;

const at = (step: number, more: Readonly<Record<string, number>> = {}): Info => ({ step, bestLoss: 1, ...more });
const holds = (criterion: Criterion, info: Info, log: readonly Info[] = [info]): boolean => criterion(info, log);

/** Steps from 1 to `end` at which a criterion holds, given the steps per epoch. */
function stepsOf(criterion: Criterion, end: number, stepsPerEpoch: number): number[] {
  return range(end, (i) => i + 1).filter((step) => holds(criterion, at(step, { epoch: step / stepsPerEpoch })));
}

/** The same by `next`. */
function announced({ next }: Criterion, end: number, stepsPerEpoch: number): number[] {
  const steps: number[] = [];
  if (!next) throw new Error('announced: the criterion does not know its steps in advance');
  for (let step = next(0, stepsPerEpoch); step <= end; step = next(step, stepsPerEpoch)) steps.push(step);
  return steps;
}

/** A log with these validation losses, one line every ten steps. */
const logOf = (losses: readonly number[]): Info[] => losses.map((valLoss, i) => at(10 * (i + 1), { valLoss }));

/** The first line of a log at which a criterion holds. */
const firstOf = (criterion: Criterion, log: readonly Info[]): number =>
  log.findIndex((info, i) => criterion(info, log.slice(0, i + 1)));

const cases: Readonly<Record<keyof typeof stops, readonly (readonly [string, Criterion, Info, boolean])[]>> = {
  afterEpochs: [
    ['before', afterEpochs(2), at(1, { epoch: 1.99 }), false],
    ['at', afterEpochs(2), at(1, { epoch: 2 }), true],
    ['after', afterEpochs(0.5), at(1, { epoch: 7 }), true],
  ],
  afterSeconds: [
    ['before', afterSeconds(3), at(1, { seconds: 2.9 }), false],
    ['at', afterSeconds(3), at(1, { seconds: 3 }), true],
  ],
  afterSteps: [
    ['before', afterSteps(10), at(9), false],
    ['at', afterSteps(10), at(10), true],
    ['after', afterSteps(10), at(11), true],
  ],
  all: [
    ['both', all(always, afterSteps(3)), at(3), true],
    ['one of two', all(always, never), at(3), false],
  ],
  always: [
    ['itself', always, at(1), true],
    ['called', always(), at(1), true],
  ],
  any: [
    ['one of two', any(never, afterSteps(3)), at(3), true],
    ['neither', any(never, never()), at(3), false],
  ],
  converged: [['too few lines', stops.converged({ lines: 2 }), at(1, { trainLoss: 1 }), false]],
  everyEpochs: [
    ['at a whole one', everyEpochs(1), at(8, { epoch: 2 }), true],
    ['between', everyEpochs(1), at(9, { epoch: 2.25 }), false],
  ],
  everySteps: [
    ['at a multiple', everySteps(7), at(14), true],
    ['between', everySteps(7), at(15), false],
  ],
  isNaN: [
    ['a score, before the first look', (info) => stops.isNaN(['trainAccuracy'])(info, []), at(1), false],
    ['a loss that is not', stops.isNaN(), at(1, { valLoss: Number.POSITIVE_INFINITY, trainLoss: 1 }), false],
    ['the validation loss', stops.isNaN(), at(1, { valLoss: Number.NaN, trainLoss: 1 }), true],
    ['another number', stops.isNaN(), at(1, { other: Number.NaN }), false],
    ['a number that is named', stops.isNaN(['other']), at(1, { other: Number.NaN }), true],
  ],
  never: [
    ['itself', never, at(1), false],
    ['called', never(), at(1), false],
  ],
  notBetterThanAfter: [
    ['not yet', notBetterThanAfter(0.1, 5), at(5, { valLoss: 3 }), false],
    ['as bad as allowed', notBetterThanAfter(0.1, 5), at(6, { valLoss: 0.1 }), true],
    ['good', notBetterThanAfter(0.1, 5), at(6, { valLoss: 0.09 }), false],
    ['NaN', notBetterThanAfter(0.1, 5), at(6, { valLoss: Number.NaN }), false],
    ['another number', notBetterThanAfter(0.1, 5, 'trainLoss'), at(6, { trainLoss: 1, valLoss: 0 }), true],
  ],
  onSignal: [['no signal', stops.onSignal('SIGWINCH'), at(1), false]],
  patience: [
    ['not yet', stops.patience({ initial: 10 }), at(9, { valLoss: 1 }), false],
    ['at', stops.patience({ initial: 10 }), at(20, { valLoss: 1 }), false],
  ],
  rising: [['no line before', stops.rising(), at(1, { valLoss: 1 }), false]],
};

describe.each(Object.entries(cases))('%s', (_, table) => {
  it.each(table)('%s', (_, criterion, info, expected) => {
    expect(holds(criterion, info)).toBe(expected);
  });
});

describe('next', () => {
  const known: readonly (readonly [string, Criterion])[] = [
    ['always', always],
    ['never', never],
    ['afterSteps(17)', afterSteps(17)],
    ['afterEpochs(3)', afterEpochs(3)],
    ['afterEpochs(0.3)', afterEpochs(0.3)],
    ['everySteps(1)', everySteps(1)],
    ['everySteps(7)', everySteps(7)],
    ['everyEpochs(1)', everyEpochs(1)],
    ['everyEpochs(2)', everyEpochs(2)],
    ['everyEpochs(1/3)', everyEpochs(1 / 3)],
    ['everyEpochs(0.01)', everyEpochs(0.01)],
    ['any(everySteps(7), everyEpochs(0.7))', any(everySteps(7), everyEpochs(0.7))],
    ['any(never, afterSteps(30))', any(never, afterSteps(30))],
  ];

  it.each(known)('%s: says the steps at which it holds', (_, criterion) => {
    const stepsPerEpochs = [1, 3, 7, 10 / 3, 31.25, 1000 / 7, 49, 0.99 + 0.01];
    for (const stepsPerEpoch of stepsPerEpochs) {
      expect(announced(criterion, 400, stepsPerEpoch)).toEqual(stepsOf(criterion, 400, stepsPerEpoch));
    }
  });

  it('everyEpochs and afterEpochs do so for any part and any sizes', () => {
    const sizes = fc.tuple(
      fc.integer({ min: 1, max: 60 }),
      fc.integer({ min: 1, max: 60 }),
      fc.integer({ min: 1, max: 12 }),
    );
    const check = ([rows, batch, parts]: [number, number, number]): void => {
      const stepsPerEpoch = Math.max(rows, batch) / batch;
      for (const criterion of [
        everyEpochs(1 / parts),
        everyEpochs(parts),
        afterEpochs(parts),
        afterEpochs(9 / parts),
      ]) {
        expect(announced(criterion, 200, stepsPerEpoch)).toEqual(stepsOf(criterion, 200, stepsPerEpoch));
      }
    };
    fc.assert(fc.property(sizes, check), { numRuns: 300, seed: 1 });
  });

  it('everyEpochs: comes at the first step at or after each pass', () => {
    expect(announced(everyEpochs(1), 12, 10 / 3)).toEqual([4, 7, 10]);
    expect(announced(everyEpochs(0.5), 8, 4)).toEqual([2, 4, 6, 8]);
    expect(announced(everyEpochs(1), 4, 1)).toEqual([1, 2, 3, 4]);
    // In doubles 85 · 2.2 is more than 187.
    expect(announced(everyEpochs(85), 200, 33 / 15)).toEqual([187]);
    expect(announced(afterEpochs(85), 188, 33 / 15)).toEqual([187, 188]);
  });

  it('is absent where the steps are not known in advance', () => {
    for (const criterion of [afterSeconds(1), any(never, afterSeconds(1)), all(always), notBetterThanAfter(1, 1)]) {
      expect(criterion.next).toBeUndefined();
    }
  });
});

describe.each([
  ['any', any],
  ['all', all],
] as const)('%s', (_, combine) => {
  it.each([
    [true, true],
    [true, false],
    [false, true],
    [false, false],
  ])('evaluates every member: %s, %s', (first, second) => {
    const asked: boolean[] = [];
    const member = (answer: boolean): Criterion => {
      return () => {
        asked.push(answer);
        return answer;
      };
    };
    holds(combine(member(first), member(second)), at(1));
    expect(asked).toEqual([first, second]);
  });

  it('hands on the newest line and the log', () => {
    const log = logOf([3, 2]);
    const seen: unknown[] = [];
    const member: Criterion = (info, log) => seen.push(info, log) > 0;
    combine(member)(at(20), log);
    expect(seen).toEqual([at(20), log]);
  });
});

describe('patience', () => {
  const falling = range(20, (i) => 1 / (i + 1));

  it.each([
    ['gives up at once without any improvement', stops.patience({ initial: 30 }), [1, 1, 1, 1], 2],
    ['is extended to twice the step of an improvement', stops.patience({ initial: 20 }), [3, 2, 1, 1, 1, 1, 1, 1], 5],
    ['grows by an offset', stops.patience({ initial: 10, growFactor: 1, growOffset: 25 }), [1, 1, 1, 1, 1], 3],
    [
      'takes no notice of improvements below the threshold',
      stops.patience({ initial: 40, threshold: 1 }),
      [5, 4.5, 4, 3.5, 3, 2.5],
      3,
    ],
    ['goes on as long as things get better', stops.patience({ initial: 10 }), falling, -1],
    ['is not fooled by NaN', stops.patience({ initial: 30 }), [1, Number.NaN, 1, 1], 2],
  ])('%s', (_, criterion, losses, line) => {
    expect(firstOf(criterion, logOf(losses))).toBe(line);
  });

  it('decides from the log alone: a new one with the same log says the same', () => {
    const log = logOf([5, 4, 4, 4, 3, 3, 3, 3, 3, 3, 3, 3, 3]);
    const old = stops.patience({ initial: 20 });
    const answers = log.map((info, i) => old(info, log.slice(0, i + 1)));
    const fresh = log.map((info, i) => stops.patience({ initial: 20 })(info, log.slice(0, i + 1)));
    expect(fresh).toEqual(answers);
  });

  it('can watch a number that is to be large', () => {
    const log = [0.5, 0.6, 0.7, 0.7, 0.7, 0.7, 0.7].map((accuracy, i) => at(10 * (i + 1), { accuracy }));
    const options = { initial: 20, key: 'accuracy', maximize: true };
    expect(firstOf(stops.patience(options), log)).toBe(5);
    expect(firstOf(stops.patience({ ...options, maximize: false }), log)).toBe(1);
  });

  it('can watch another number', () => {
    const log = [at(10, { error: 2 }), at(20, { error: 2 }), at(30, { error: 2 })];
    expect(firstOf(stops.patience({ initial: 25, key: 'error' }), log)).toBe(2);
  });
});

describe('converged', () => {
  const watch = (options: object) => stops.converged({ key: 'valLoss', lines: 3, threshold: 0.5, ...options });

  it.each([
    ['holds when the last values lie close together', {}, [9, 5, 4, 4.2, 4.4], 4],
    ['looks at all of them', {}, [4, 4, 9, 4, 4, 4], 5],
    ['is strict: a difference of the threshold is too large', {}, [4, 4.5, 4], -1],
    ['waits for enough lines', {}, [4, 4], -1],
    ['waits for the steps that are made in any case', { after: 50 }, [4, 4, 4, 4, 4, 4], 4],
    ['is not fooled by NaN', {}, [4, Number.NaN, 4, 4], -1],
  ])('%s', (_, options, losses, line) => {
    expect(firstOf(watch(options), logOf(losses))).toBe(line);
  });
});

describe('rising', () => {
  it.each([
    ['holds when the last value is above the one before', {}, [3, 2, 2, 2.1], 3],
    ['compares over several lines', { lines: 3 }, [3, 2, 4, 2.5, 1.9, 4.1], 5],
    ['allows for a threshold', { threshold: 1 }, [3, 4, 5.5], 2],
    ['waits for the steps that are made in any case', { after: 40 }, [1, 2, 3, 4, 5], 3],
    ['is not fooled by NaN', {}, [4, Number.NaN, 3], -1],
  ])('%s', (_, options, losses, line) => {
    expect(firstOf(stops.rising(options), logOf(losses))).toBe(line);
  });
});

describe('latest', () => {
  const hopeful = notBetterThanAfter(0.1, 10);
  it.each<[string, Criterion, number | undefined]>([
    ['that of afterSteps', afterSteps(7), 7],
    ['that of afterEpochs, by the steps of an epoch', afterEpochs(2), 5],
    ['the first of any, whatever the others are', any(hopeful, afterEpochs(2), afterSteps(7)), 5],
    ['the last of all', all(afterSteps(7), afterEpochs(2)), 7],
    ['not known of all if one may never hold', all(afterSteps(7), hopeful), undefined],
    ['not known of what depends on losses', any(hopeful), undefined],
    ['not known of what does not hold for good', everySteps(3), undefined],
  ])('is %s', (_, criterion, step) => {
    expect(criterion.latest?.(2.5)).toBe(step);
  });

  it('is where a criterion begins to hold for good', () => {
    for (const criterion of [afterSteps(7), afterEpochs(2.1), any(afterEpochs(1), afterSteps(7))]) {
      const latest = criterion.latest?.(2.5) ?? 0;
      expect(stepsOf(criterion, 20, 2.5)).toEqual(range(20 - latest + 1, (i) => latest + i));
    }
  });
});

describe('onSignal', () => {
  it('holds from the signal on', () => {
    const criterion = stops.onSignal('SIGWINCH');
    process.emit('SIGWINCH', 'SIGWINCH');
    expect([holds(criterion, at(1)), holds(criterion, at(2))]).toEqual([true, true]);
  });

  it('listens once for all criteria, and lets a second signal through', () => {
    const before = process.listenerCount('SIGWINCH');
    const criteria = range(20, () => stops.onSignal('SIGWINCH'));
    expect(process.listenerCount('SIGWINCH')).toBe(before + 1);
    process.emit('SIGWINCH', 'SIGWINCH');
    expect(process.listenerCount('SIGWINCH')).toBe(before);
    expect(criteria.every((criterion) => holds(criterion, at(1)))).toBe(true);
  });

  it('does not hold for a signal from before it was made', () => {
    const earlier = stops.onSignal('SIGWINCH');
    process.emit('SIGWINCH', 'SIGWINCH');
    const later = stops.onSignal('SIGWINCH');
    expect([holds(earlier, at(1)), holds(later, at(1))]).toEqual([true, false]);
    process.emit('SIGWINCH', 'SIGWINCH');
    expect(holds(later, at(1))).toBe(true);
  });
});

describe('errors', () => {
  it.each<[string, () => unknown]>([
    ['everySteps: the number of steps must be a positive whole number, got 0', () => everySteps(0)],
    ['everySteps: the number of steps must be a positive whole number, got NaN', () => everySteps(Number.NaN)],
    ['any: there must be criteria to combine, got none', () => any()],
    ['all: there must be criteria to combine, got none', () => all()],
    ['afterSeconds: the number of seconds must be positive, got -1', () => afterSeconds(-1)],
    ["onSignal: expected the name of a signal such as 'SIGTERM', got 'FOO'", () => stops.onSignal('FOO')],
    ["onSignal: expected the name of a signal such as 'SIGTERM', got 'SIGFOO'", () => stops.onSignal('SIGFOO')],
    [
      "onSignal: expected the name of a signal such as 'SIGTERM', got 'sigint'; did you mean 'SIGINT'?",
      () => stops.onSignal('sigint'),
    ],
    ["onSignal: expected the name of a signal such as 'SIGTERM', got 'SIGTREM'", () => stops.onSignal('SIGTREM')],
    ["onSignal: expected the name of a signal such as 'SIGTERM', got 'SIGKILL'", () => stops.onSignal('SIGKILL')],
    [
      'patience: expected an object with options, got 10; known are initial, key, growFactor, growOffset, threshold, maximize',
      () => Reflect.apply(stops.patience, undefined, [10]),
    ],
    [
      "patience: initial must be a number from 0 on, got '10'",
      () => Reflect.apply(stops.patience, undefined, [{ initial: '10' }]),
    ],
    [
      'converged: expected an object with options, got 5; known are key, lines, threshold, after',
      () => Reflect.apply(stops.converged, undefined, [5]),
    ],
    [
      'converged: lines must be at least 2, got 1; one value is always near itself',
      () => stops.converged({ lines: 1 }),
    ],
    ['converged: threshold must be positive, got 0', () => stops.converged({ threshold: 0 })],
    [
      "rising: expected an object with options, got 'valLoss'; known are key, lines, threshold, after",
      () => Reflect.apply(stops.rising, undefined, ['valLoss']),
    ],
    [
      "isNaN: expected a list of names, got 'trainLoss'; write ['trainLoss']",
      () => Reflect.apply(stops.isNaN, undefined, ['trainLoss']),
    ],
    ["isNaN: the log has no number 'trainLos'; it has step, bestLoss", () => holds(stops.isNaN(['trainLos']), at(2))],
    ['any: must be a criterion such as afterSteps(1000), got a list', () => Reflect.apply(any, undefined, [[never]])],
    ['all: must be a criterion such as afterSteps(1000), got 5', () => Reflect.apply(all, undefined, [5])],
    [
      'notBetterThanAfter: steps must be a number, got undefined',
      () => Reflect.apply(notBetterThanAfter, undefined, [1]),
    ],
    ['everyEpochs: the number of epochs must be positive, got -1', () => everyEpochs(-1)],
    ['converged: lines must be a positive whole number, got 0.5', () => stops.converged({ lines: 0.5 })],
    ['rising: lines must be a positive whole number, got 0', () => stops.rising({ lines: 0 })],
    [
      "rising: unknown option, got 'eps'; known are key, lines, threshold, after",
      () => Reflect.apply(stops.rising, undefined, [{ eps: 1 }]),
    ],
    ["patience: option 'initial' is missing", () => Reflect.apply(stops.patience, undefined, [{}])],
    [
      'patience: it would never grow, got growFactor 1 and growOffset 0',
      () => stops.patience({ initial: 3, growFactor: 1 }),
    ],
    [
      "notBetterThanAfter: the log has no number 'valLoss'; it has step, bestLoss",
      () => holds(notBetterThanAfter(1, 1), at(2)),
    ],
    ["afterSeconds: the log has no number 'seconds'; it has step, bestLoss", () => holds(afterSeconds(1), at(2))],
  ])('%s', (message, build) => {
    expect(build).toThrow(message);
  });
});
