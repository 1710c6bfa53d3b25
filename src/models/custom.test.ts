// What a model of the user's own may be made of, and what the trainer makes of it: other data than pairs, weights,
// penalties, buffers, random numbers in evaluations, scores; and optimizers that are more than updates.

import { describe, expect, it } from 'vitest';
import { type Tensor, tensor } from '../data/tensor.ts';
import type { Node } from '../graph/node.ts';
import * as ops from '../graph/ops/index.ts';
import type { Optimizer } from '../optimizers/optimizer.ts';
import { afterSteps, everySteps } from '../stops/index.ts';
import { expectContinuation } from '../testing/continuation.ts';
import { item, range } from '../testing/item.ts';
import { generator } from '../testing/random.ts';
import { type Split, Trainer, type TrainerOptions } from '../trainer.ts';
import { model, type Site } from './custom.ts';
import type { Model } from './model.ts';

/** The same numbers whatever other matrices there are. */
function matrix(rows: number, columns: number): Tensor<Float32Array> {
  const random = generator(11 * rows + columns);
  return tensor(Float32Array.from(range(rows * columns, () => 2 * random() - 1)), [rows, columns]);
}

const make = (model: Model, split: Split, options: Partial<TrainerOptions> = {}): Trainer =>
  new Trainer({
    model,
    data: { train: split, val: split },
    seed: 3,
    optimizer: { name: 'sgd', learningRate: 0.1 },
    pause: everySteps(5),
    stop: afterSteps(20),
    ...options,
  });

const linear = model(({ input, parameter, loss }) =>
  loss('squaredError', ops.add(ops.matmul(input, parameter('w', [3, 2])), parameter('b', [2], 'zeros'))),
);

describe('data', () => {
  it('may be one tensor alone', async () => {
    const autoencoder = model(({ input, parameter }) => {
      const w = parameter('w', [3, 2]);
      const prediction = ops.matmul(ops.matmul(input, w), w, { b: true });
      return { loss: ops.sumColumns(ops.square(ops.subtract(prediction, input))), prediction };
    });
    const trainer = make(autoencoder, [matrix(9, 3)], { batchSize: 4 });
    const before = trainer.score([matrix(40, 3)]);
    await trainer.fit();
    expect(trainer.score([matrix(40, 3)])).toBeLessThan(before);
    expect(trainer.predict(matrix(2, 3)).shape).toEqual([2, 3]);
  });

  it('keeps its shape, and may have any number of axes', () => {
    const shapes: (readonly number[])[] = [];
    const spy = model(({ input, batch, parameter, loss }) => {
      shapes.push(...batch.map(({ shape }) => shape));
      return loss('crossEntropy', ops.matmul(input, parameter('w', [4, 5])));
    });
    const steps = [tensor(new Float32Array(24), [2, 3, 4]), tensor(Uint8Array.of(0, 1, 2, 3, 4, 0), [2, 3])] as const;
    const trainer = make(spy, steps, { batchSize: 2 });
    expect(shapes.slice(0, 4)).toEqual([
      [1, 3, 4],
      [1, 3],
      [2, 3, 4],
      [2, 3],
    ]);
    expect(trainer.score(steps)).toBeCloseTo(Math.log(5), 6);
  });

  it('without a target has no loss to compare with one', () => {
    expect(() => make(linear, [matrix(4, 3)])).toThrow(
      'loss: the data have no target; give the splits a second tensor',
    );
  });

  it('must be like the training data', () => {
    const [x, z] = [matrix(4, 3), matrix(4, 2)];
    const w = tensor([1, 1, 1, 1]);
    expect(() => make(linear, [x, z]).score([x, z, w])).toThrow(
      'score: there must be 2 tensors, as in the training data, got 3',
    );
    const nothing = () => Reflect.apply(Trainer.prototype.predict, make(linear, [x, z]), [[]]);
    expect(nothing).toThrow('predict: the input is missing');
  });
});

describe('weights', () => {
  const [x, z] = [matrix(6, 3), matrix(6, 2)];
  const plain = (rows: number[]): Split => {
    const pick = ({ data, shape: [, c = 1] }: Tensor<Float32Array>): Tensor =>
      tensor(rows.map((row) => Array.from(data.subarray(row * c, (row + 1) * c))));
    return [pick(x), pick(z)];
  };

  it('of 0, 1 and 2 leave samples out, and count them twice', async () => {
    const weighted = make(linear, [x, z, tensor(Uint8Array.of(0, 1, 2, 0, 1, 1))]);
    const repeated = make(linear, plain([1, 2, 2, 4, 5]));
    await Promise.all([weighted.fit(), repeated.fit()]);
    expect(weighted.bestLoss).toBeCloseTo(repeated.bestLoss, 6);
    for (const [name, values] of weighted.parameters) {
      for (const [i, value] of values.entries())
        expect(value).toBeCloseTo(item(repeated.parameters.get(name) ?? [], i), 5);
    }
  });

  it('of one size change nothing but by rounding', () => {
    const same = make(linear, [x, z, tensor(new Float32Array(12).fill(0.3), [6, 2])]);
    expect(same.score([x, z, tensor(new Float32Array(12).fill(7), [6, 2])])).toBeCloseTo(
      make(linear, [x, z]).score([x, z]),
      5,
    );
  });

  it('may be one per output', () => {
    const w = tensor(range(6, () => [1, 0]));
    const trainer = make(linear, [x, z, w]);
    const predicted = trainer.predict(x).data;
    const squares = range(6, (row) => (item(predicted, 2 * row) - item(z.data, 2 * row)) ** 2);
    expect(trainer.score([x, z, w])).toBeCloseTo(squares.reduce((a, b) => a + b) / 3, 5);
  });

  it('may all be zero in a batch', async () => {
    const trainer = make(linear, [x, z, tensor(new Float32Array(6))]);
    const before = trainer.snapshot().get('w');
    await trainer.fit();
    expect(trainer.snapshot().get('w')).toEqual(before);
  });
});

it('a penalty is minimised and not scored', async () => {
  const penalised = (factor: number) =>
    model(({ input, parameter, loss }) => {
      const w = parameter('w', [3, 2]);
      return { ...loss('squaredError', ops.matmul(input, w)), penalty: ops.multiply(ops.sum(ops.square(w)), factor) };
    });
  const split = [matrix(8, 3), matrix(8, 2)] as const;
  const [free, bound] = [make(penalised(0), split), make(penalised(10), split, { optimizer: { name: 'adam' } })];
  expect(bound.score(split)).toBe(free.score(split));
  const before = bound.parameters.get('w')?.slice() ?? [];
  await bound.fit();
  for (const [i, value] of (bound.parameters.get('w') ?? new Float32Array()).entries()) {
    expect(Math.abs(value)).toBeLessThan(Math.abs(item(before, i)));
  }
});

/** Counts training steps, keeps the mean of the last batch, and predicts both. */
const remembering = model(({ input, parameter, buffer, update, training }) => {
  const [steps, mean] = [buffer('steps', []), buffer('mean', [2], { name: 'constants', value: 9 })];
  update(steps, ops.add(steps, 1));
  update(mean, ops.reshape(ops.multiply(ops.sumRows(input), 1 / (input.shape[0] ?? 1)), [2]));
  const centre = training ? 0 : mean;
  const prediction = ops.multiply(ops.subtract(input, centre), parameter('scale', [2]));
  return { loss: ops.sumColumns(ops.square(prediction)), prediction };
});

describe('buffers', () => {
  const split = [matrix(7, 2)] as const;

  it('begin as said, change at each step of training, and never in evaluations', async () => {
    const trainer = make(remembering, split, { batchSize: 3 });
    expect(trainer.snapshot().get('mean')?.data).toEqual(Float32Array.of(9, 9));
    trainer.score(split);
    expect(trainer.snapshot().get('steps')?.data).toEqual(Float32Array.of(0));
    await trainer.fit();
    expect(trainer.snapshot().get('steps')?.data).toEqual(Float32Array.of(20));
    expect(trainer.parameters.has('steps')).toBe(false);
  });

  it('belong to the best parameters', async () => {
    const trainer = make(remembering, split, { pause: everySteps(1), optimizer: { name: 'sgd', learningRate: 0 } });
    const read = (name: string): number => item(trainer.snapshot().get(name)?.data ?? [], 0);
    await trainer.fit();
    const best = item(trainer.log, trainer.log.length - 1).bestLoss;
    expect([read('steps'), read('best.steps')]).toEqual([20, 1]);
    expect(await trainer.withBest(() => [read('steps'), trainer.score(split)])).toEqual([1, best]);
    expect(read('steps')).toBe(20);
  });

  it('continue bit for bit', async () => {
    await expectContinuation(() => make(remembering, split, { batchSize: 3 }));
  });
});

it('random numbers of evaluations are the same at every step, and others in every chunk', async () => {
  const noisy = model(({ input, parameter, random }) => {
    const noise = ops.randomUniform(random('noise'), input.shape);
    return { loss: ops.square(ops.subtract(noise, parameter('p', []))), prediction: noise };
  });
  const split = [matrix(100, 1)] as const;
  const trainer = make(noisy, split, { batchSize: 10 });
  const before = trainer.predict(split).data;
  await trainer.fit();
  expect(trainer.predict(split).data).toEqual(before);
  expect(new Set(before).size).toBe(100);
  expect(item(trainer.parameters.get('p') ?? [], 0)).toBeGreaterThan(0.2);
});

describe('what is looked up', () => {
  const classifier = model(({ input, parameter, loss }) =>
    loss('crossEntropy', ops.matmul(input, parameter('w', [3, 3]))),
  );
  /** Words by their number plus `shift`, which is computed and not in the data. */
  const words = (shift: number) =>
    model(({ input, parameter, loss }) =>
      loss('squaredError', ops.embedding(parameter('table', [4, 2]), shift === 0 ? input : ops.add(input, shift))),
    );
  const x = matrix(3, 3);
  const numbers = (...values: number[]) => tensor(values);

  it.each<[mistake: string, () => unknown]>([
    ['train: the target must hold whole numbers from 0 to 2, got 3', () => make(classifier, [x, numbers(1, 2, 3)])],
    ['train: the target must hold whole numbers from 0 to 2, got -1', () => make(classifier, [x, numbers(-1, 0, 1)])],
    ['train: the target must hold whole numbers from 0 to 2, got 0.5', () => make(classifier, [x, numbers(0, 1, 0.5)])],
    [
      'val: the target must hold whole numbers from 0 to 2, got 3',
      () =>
        make(classifier, [x, numbers(0, 1, 2)], { data: { train: [x, numbers(0, 1, 2)], val: [x, numbers(0, 3, 2)] } }),
    ],
    [
      'score: the target must hold whole numbers from 0 to 2, got 1000',
      () => make(classifier, [x, numbers(0, 1, 2)]).score([x, numbers(1000, 1, 2)]),
    ],
    [
      'train: the input must hold whole numbers from 0 to 3, got 4',
      () => make(words(0), [numbers(4, 0), matrix(2, 2)]),
    ],
    [
      'predict: the input must hold whole numbers from 0 to 3, got 9',
      () => make(words(0), [numbers(3, 0), matrix(2, 2)]).predict(numbers(9)),
    ],
  ])('%s', (mistake, act) => {
    expect(act).toThrow(mistake);
  });

  it('is NaN beyond the last row, and not what lies in memory there', async () => {
    const trainer = make(words(1), [numbers(3, 0, 1), matrix(3, 2)], { batchSize: 2 });
    const table = item([...trainer.parameters.values()], 0);
    expect([...trainer.predict(numbers(3, 0)).data]).toEqual([Number.NaN, Number.NaN, table[2], table[3]]);
    await trainer.fit();
    expect(trainer.diverged).toBe(true);
  });

  it('of a class that is computed, too', () => {
    const shifted = model(({ input, batch, parameter }) => {
      const logits = ops.matmul(input, parameter('w', [3, 3]));
      const loss = ops.softmaxCrossEntropy(logits, ops.add(batch[1] ?? input, 1));
      return { loss, prediction: loss };
    });
    const trainer = make(shifted, [x, numbers(0, 1, 0)]);
    const [known, last] = [trainer.predict([x, numbers(0, 1, 1)]).data, trainer.predict([x, numbers(0, 1, 2)]).data];
    expect(known.every(Number.isFinite)).toBe(true);
    expect([...last]).toEqual([known[0], known[1], Number.NaN]);
    const negative = model(({ input, batch, parameter }) => {
      const loss = ops.softmaxCrossEntropy(
        ops.matmul(input, parameter('w', [3, 3])),
        ops.multiply(batch[1] ?? input, -1),
      );
      return { loss, prediction: loss };
    });
    const { data } = make(negative, [x, numbers(0, 1, Number.NaN)]).predict([x, numbers(0, 1, Number.NaN)]);
    expect([...data].map(Number.isFinite)).toEqual([true, false, false]);
  });
});

describe('scores', () => {
  const scored = model(({ input, parameter, loss }) => {
    const result = loss('squaredError', ops.matmul(input, parameter('w', [3, 2])));
    return { ...result, scores: { double: ops.multiply(result.loss, 2) } };
  });
  const split = [matrix(40, 3), matrix(40, 2)] as const;

  it('of the model and of the user stand in the log', async () => {
    const largest = (prediction: Tensor, target: Tensor): number => Math.max(...prediction.data, ...target.data);
    const trainer = make(scored, split, { scores: { largest, twice: 'double' } });
    await trainer.fit();
    const newest = item(trainer.log, trainer.log.length - 1);
    expect(newest.valTwice).toBeCloseTo(2 * Number(newest.valLoss), 5);
    expect(newest.trainLargest).toBe(largest(trainer.predict(split), split[1]));
    expect(trainer.score(split, 'double')).toBe(newest.valTwice);
  });

  it('that are not known are named', () => {
    expect(() => make(scored, split, { scores: { x: 'triple' } })).toThrow(
      "score: the model has no score 'triple'; it has loss, double",
    );
  });
});

describe('mistakes', () => {
  const split = [matrix(4, 3), matrix(4, 2)] as const;
  const building = (build: unknown): Model => Reflect.apply(model, undefined, [build]);

  it.each<[string, () => unknown]>([
    [
      'model: the function must give an object with loss and prediction, got undefined; return what loss(name, output) gives',
      () =>
        make(
          building(() => {}),
          split,
        ),
    ],
    [
      'model: the function must give an object with loss and prediction, got a node; return what loss(name, output) gives',
      () =>
        make(
          building(({ input }: Site) => input),
          split,
        ),
    ],
    [
      'model: expected a function that builds the graph, got an object with inputs; write model(({ input }) => …)',
      () => building({ inputs: 2 }),
    ],
    [
      'loss: the output must be a node of the graph, got undefined',
      () =>
        make(
          building(({ loss }: Site) => Reflect.apply(loss, undefined, ['squaredError'])),
          split,
        ),
    ],
    [
      "parameter: the shape of 'w' must be a list of whole numbers, got 3",
      () =>
        make(
          building(({ parameter }: Site) => Reflect.apply(parameter, undefined, ['w', 3])),
          split,
        ),
    ],
    [
      'parameter: the name must be a text, got the list [3, 2]',
      () =>
        make(
          building(({ parameter }: Site) => Reflect.apply(parameter, undefined, [[3, 2]])),
          split,
        ),
    ],
    [
      "buffer: the shape of 'b' must be a list of whole numbers, got undefined",
      () =>
        make(
          building(({ buffer }: Site) => Reflect.apply(buffer, undefined, ['b'])),
          split,
        ),
    ],
  ])('%s', (message, build) => {
    expect(build).toThrow(message);
  });
});

/** Gradient descent that halves its rate until the loss gets smaller: one trial per part of a step. */
const halving: Optimizer = ({ parameters, gradient, loss, slot }) => {
  const [start, slope] = [slot('start'), slot('slope')];
  const [first, now, rate] = [slot('first', { shape: [1] }), slot('now', { shape: [1] }), slot('rate', { shape: [1] })];
  const scalar = (x: Node): Node => ops.reshape(x, [1]);
  return {
    updates: [[rate, ops.multiply(rate, 0)]],
    programs: {
      begin: [
        [start, parameters],
        [slope, gradient],
        [first, scalar(loss)],
      ],
      move: [[parameters, ops.subtract(start, ops.multiply(slope, rate))]],
      evaluate: [[now, scalar(loss)]],
    },
    advance: ({ run, endStep, values }) => {
      const [trial] = values(rate);
      if (trial === 0) run('begin');
      values(rate)[0] = trial ? trial / 2 : 8;
      run('move');
      run('evaluate');
      if (item(values(now), 0) < item(values(first), 0)) endStep();
    },
  };
};

/** Keeps an average of the parameters, which is what is scored. */
const averaging: Optimizer = ({ parameters, gradient, slot, initial }) => {
  const average = slot('average', { initial });
  const next = ops.subtract(parameters, ops.multiply(gradient, 0.1));
  return {
    updates: [
      [parameters, next],
      [average, ops.add(ops.multiply(average, 0.9), ops.multiply(next, 0.1))],
    ],
    evaluated: average,
  };
};

describe('an optimizer of the user', () => {
  const split = [matrix(12, 3), matrix(12, 2)] as const;

  it('may have a course of its own, and be cut within a step', async () => {
    const trainer = await expectContinuation(() => make(linear, split, { optimizer: halving, pause: everySteps(1) }));
    const losses = trainer.log.map(({ trainLoss }) => Number(trainLoss));
    expect(losses.length).toBe(20);
    for (const [i, loss] of losses.slice(1).entries()) expect(loss).toBeLessThan(item(losses, i));
  });

  it('may say which parameters are scored', async () => {
    const trainer = await expectContinuation(() => make(linear, split, { optimizer: averaging }));
    const average = trainer.snapshot().get('average.w')?.data ?? new Float32Array();
    const last = trainer.parameters.get('w')?.slice() ?? [];
    expect(average).not.toEqual(last);
    const score = trainer.score(split);
    trainer.parameters.get('w')?.fill(0);
    expect(trainer.score(split)).toBe(score);
    expect(trainer.snapshot().get('best.w')?.data).toEqual(average);
    expect(await trainer.withBest(() => trainer.parameters.get('w')?.slice())).toEqual(average);
  });
});
