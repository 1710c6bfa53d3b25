// The trainer: what happens at a pause, who stops whom, and that a run that is cut and continued gives the bits of the
// one that is not.

import { afterEach, describe, expect, it } from 'vitest';
import { type Tensor, tensor } from './data/tensor.ts';
import { constant } from './graph/node.ts';
import { type MlpOptions, mlp } from './models/mlp.ts';
import type { Criterion } from './stops/criterion.ts';
import {
  afterSeconds,
  afterSteps,
  always,
  any,
  everyEpochs,
  everySteps,
  never,
  notBetterThanAfter,
} from './stops/index.ts';
import { setClock } from './testing/clock.ts';
import { item, range } from './testing/item.ts';
import { generator } from './testing/random.ts';
import { sigmoid } from './testing/reference.ts';
import type { Info, Snapshot, Watch } from './trainable.ts';
import { type Split, Trainer, type TrainerOptions } from './trainer.ts';

const random = generator(6);

type Pair = readonly [input: Tensor<Float32Array>, target: Tensor<Float32Array>];

function split(rows: number, inputs = 3, outputs = 2): Pair {
  const matrix = (columns: number): Float32Array => Float32Array.from(range(rows * columns, () => 2 * random() - 1));
  return [tensor(matrix(inputs), [rows, inputs]), tensor(matrix(outputs), [rows, outputs])];
}

const data = { train: split(23), val: split(9) };

const network = (options: Partial<MlpOptions> = {}) =>
  mlp({ inputs: 3, hidden: [5, 4], outputs: 2, activation: 'tanh', loss: 'squaredError', ...options });

const make = (options: Partial<TrainerOptions> = {}): Trainer =>
  new Trainer({
    model: network(),
    data,
    seed: 1,
    optimizer: { name: 'adam', learningRate: 0.01 },
    pause: everySteps(10),
    stop: afterSteps(50),
    ...options,
  });

let resetClock = (): void => {};
afterEach(() => resetClock());

/** From now on the trainer is asked after every slice of a step whether it shall come back. */
const askEveryStep = (): void => {
  resetClock = setClock(() => 21);
};

describe('a pause', () => {
  it('adds a line to the log: progress and the losses of training and validation data', async () => {
    const trainer = make({ batchSize: 5, stop: afterSteps(20) });
    await trainer.fit();
    expect(trainer.log.map(({ step, epoch }) => [step, epoch])).toEqual([
      [10, 10 / (23 / 5)],
      [20, 20 / (23 / 5)],
    ]);
    const newest = item(trainer.log, 1);
    expect(newest).toEqual({
      step: 20,
      epoch: newest.epoch,
      trainLoss: trainer.score(data.train),
      valLoss: trainer.score(data.val),
      bestLoss: trainer.bestLoss,
    });
  });

  it('is told of after it is in the log, first to the watch, then to the report, which has the time too', async () => {
    const told: unknown[] = [];
    const trainer = make({ stop: afterSteps(10), report: (info) => told.push(info) });
    await trainer.fit({ logged: (info) => told.push(info === trainer.log.at(-1)) });
    expect(told).toEqual([true, { ...trainer.log[0], seconds: trainer.seconds }]);
  });

  it('comes when its criterion holds, known in advance or not', async () => {
    const steps = async (pause: TrainerOptions['pause']): Promise<number[]> => {
      const trainer = make({ pause, stop: afterSteps(12), batchSize: 5 });
      await trainer.fit();
      return trainer.log.map(({ step }) => step);
    };
    expect(await steps(everySteps(6))).toEqual([6, 12]);
    expect(await steps(({ step }) => step % 6 === 0)).toEqual([6, 12]);
    expect(await steps(everyEpochs(1))).toEqual([5, 10, 14]);
    expect(await steps((info, log) => everyEpochs(1)(info, log))).toEqual([5, 10, 14]);
    expect(await steps(any(everySteps(5), afterSteps(11)))).toEqual([5, 10, 11, 12]);
  });

  it('keeps the best parameters, and only strictly better ones', async () => {
    const zeros = tensor(new Float32Array(4), [4, 1]);
    const trainer = make({
      model: mlp({ inputs: 1, hidden: [], outputs: 1, activation: [], loss: 'squaredError' }),
      data: { train: [zeros, zeros], val: [zeros, zeros] },
      optimizer: { name: 'sgd', learningRate: 0 },
      pause: everySteps(1),
      stop: afterSteps(4),
    });
    const [w, b] = ['output.weight', 'output.bias'].map((name) => trainer.parameters.get(name) ?? new Float32Array());
    // The loss is bias²: 1, 4, 1, 0.25. The weight, which does not matter, counts the steps.
    b?.fill(1);
    w?.fill(1);
    const best: number[] = [];
    await trainer.fit({
      logged: ({ step }) => {
        best.push(item(trainer.snapshot().get('best.output.weight')?.data ?? [], 0));
        b?.fill(item([1, 2, 1, 0.5, 9], step));
        w?.fill(step + 1);
      },
    });
    expect(trainer.log.map(({ bestLoss }) => bestLoss)).toEqual([1, 1, 1, 0.25]);
    expect(best).toEqual([1, 1, 1, 4]);
  });

  it('is never needed: without one there is no log', async () => {
    askEveryStep();
    const trainer = make({ pause: never, interrupt: ({ step }) => step >= 3 });
    await trainer.fit();
    expect([trainer.step, trainer.log, trainer.bestLoss]).toEqual([3, [], Number.POSITIVE_INFINITY]);
  });
});

describe('the end', () => {
  it('stop is final', async () => {
    const trainer = make();
    expect(trainer.stopped).toBe(false);
    await trainer.fit();
    const [end, log] = [trainer.snapshot(), [...trainer.log]];
    expect([trainer.stopped, trainer.step, trainer.diverged]).toEqual([true, 50, false]);
    await trainer.fit();
    expect(trainer.snapshot()).toEqual(end);
    expect(trainer.log).toEqual(log);
  });

  it('interrupt is not: fit goes on', async () => {
    askEveryStep();
    const trainer = make({ interrupt: always });
    await trainer.fit();
    expect([trainer.stopped, trainer.step]).toEqual([false, 1]);
    await trainer.fit();
    expect([trainer.stopped, trainer.step]).toEqual([false, 2]);
  });

  it('stop wins over interrupt and over the watch', async () => {
    askEveryStep();
    const asked: number[] = [];
    const trainer = make({
      pause: everySteps(1),
      stop: afterSteps(3),
      interrupt: ({ step }) => asked.push(step) > 0 && step >= 3,
    });
    await trainer.fit();
    expect([trainer.stopped, trainer.step, asked]).toEqual([true, 3, [1, 2]]);
  });

  it.each<[string, Criterion, number]>([
    ['at pauses', ({ valLoss }) => Number(valLoss) > 0, 10],
    ['at its own steps', afterSteps(15), 15],
    ['at its own steps, which may be pauses', everySteps(20), 20],
    ['where any of its parts is', any(everySteps(27), everySteps(23)), 23],
  ])('interrupt is asked %s, however long a slice may be', async (_, interrupt, step) => {
    resetClock = setClock(() => 0);
    const trainer = make({ interrupt });
    await trainer.fit();
    expect([trainer.stopped, trainer.step]).toEqual([false, step]);
  });

  it.each<TrainerOptions['optimizer']>([
    { name: 'adam' },
    { name: 'lbfgs' },
  ])('interrupt is asked once at a step, whatever parts steps have: %o', async (optimizer) => {
    resetClock = setClock(() => 0);
    const trainer = make({ optimizer, interrupt: everySteps(3), stop: afterSteps(10) });
    const steps: number[] = [];
    while (!trainer.stopped) {
      await trainer.fit();
      steps.push(trainer.step);
    }
    expect(steps).toEqual([3, 6, 9, 10]);
  });

  it('interrupt knows the losses of the last pause, and before it none', async () => {
    askEveryStep();
    const known: unknown[][] = [];
    const trainer = make({
      pause: everySteps(2),
      stop: afterSteps(4),
      interrupt: ({ step, trainLoss, valLoss }) => known.push([step, trainLoss, valLoss]) === 0,
    });
    await trainer.fit();
    const { trainLoss, valLoss } = item(trainer.log, 0);
    expect(item(known, 0)).toEqual([1, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]);
    expect(known.at(-1)).toEqual([3, trainLoss, valLoss]);
  });

  it('interrupt by time counts from the call of fit: a run that is continued gets its time anew', async () => {
    resetClock = setClock(() => 100);
    const trainer = make({ interrupt: afterSeconds(0.35), pause: never, stop: never });
    await trainer.fit();
    const first = trainer.step;
    expect(first).toBeGreaterThan(1);
    await trainer.fit();
    expect(trainer.step).toBe(2 * first);
  });

  it('stop is asked at pauses only, with all of the log', async () => {
    const asked: number[][] = [];
    const stop = (info: Info, log: readonly Info[]): boolean => {
      asked.push([info.step, log.length]);
      return info.step >= 20;
    };
    await make({ stop }).fit();
    expect(asked).toEqual([
      [10, 1],
      [20, 2],
    ]);
  });

  it('a promise of the watch is waited for', async () => {
    askEveryStep();
    const trainer = make();
    await trainer.fit({ between: () => new Promise((resolve) => setImmediate(resolve, trainer.step === 4)) });
    expect([trainer.stopped, trainer.step]).toEqual([false, 4]);
  });

  it('lets the event loop turn between slices', async () => {
    askEveryStep();
    let turns = 0;
    const count = (): void => {
      turns++;
      if (turns < 20) setImmediate(count);
    };
    setImmediate(count);
    await make().fit();
    expect(turns).toBe(20);
  });

  it('what diverges is stopped, with the best parameters so far', async () => {
    const options = { optimizer: { name: 'sgd', learningRate: 50 }, pause: everySteps(1), stop: never } as const;
    const trainer = make({ ...options, model: network({ activation: 'identity' }) });
    await trainer.fit();
    const newest = trainer.log.at(-1);
    expect([trainer.stopped, trainer.diverged]).toEqual([true, true]);
    expect(Number.isFinite(newest?.trainLoss)).toBe(false);
    expect(trainer.log.slice(0, -1).every(({ trainLoss }) => Number.isFinite(trainLoss))).toBe(true);
    expect(await trainer.withBest(() => trainer.score(data.val))).toBe(trainer.bestLoss);

    const restored = make({ ...options, model: network({ activation: 'identity' }) });
    restored.restore(trainer.snapshot(), trainer.log);
    expect([restored.stopped, restored.diverged]).toEqual([true, true]);
  });
});

describe('a look', () => {
  const large = { train: data.train, val: split(1000) };
  const once = { data: large, pause: everySteps(4), stop: afterSteps(8) };

  it('is given up when asked to come back while it scores, and made when training is continued', async () => {
    const uncut = make(once);
    await uncut.fit();
    askEveryStep();
    const trainer = make(once);
    let asked = 0;
    await trainer.fit({ between: () => ++asked === 5 });
    expect([trainer.step, trainer.log.length, trainer.bestLoss]).toEqual([4, 0, Number.POSITIVE_INFINITY]);
    const restored = make(once);
    restored.restore(trainer.snapshot(), trainer.log);
    for (const one of [trainer, restored]) {
      await one.fit();
      expect(one.log).toEqual(uncut.log);
      expect(one.snapshot()).toEqual(uncut.snapshot());
    }
  });

  it('comes to its end however often it is asked: every call gets further', async () => {
    askEveryStep();
    const trainer = make(once);
    let calls = 0;
    for (; !trainer.stopped && calls < 30; calls++) await trainer.fit({ between: () => true });
    expect([trainer.stopped, trainer.step, trainer.log.length]).toEqual([true, 8, 2]);
  });
});

describe('cut and continued', () => {
  const ways: readonly (readonly [string, Partial<TrainerOptions>])[] = [
    ['full batch', {}],
    ['minibatches', { batchSize: 5 }],
    ['minibatches of one', { batchSize: 1 }],
    ['dropout', { model: network({ dropout: 0.3 }) }],
    [
      'dropout, minibatches, momentum',
      {
        model: network({ dropout: [0.1, 0.3, 0] }),
        batchSize: 7,
        optimizer: { name: 'rmsprop', learningRate: 0.01, momentum: 0.9, centered: true },
      },
    ],
    [
      'a schedule, pauses that are not known in advance',
      {
        optimizer: { name: 'sgd', learningRate: { name: 'cosine', from: 0.1, steps: 40, warmup: 5 }, momentum: 0.9 },
        pause: ({ step }) => step % 7 === 3,
        batchSize: 4,
      },
    ],
    ['a line search, cut within steps, too', { optimizer: { name: 'lbfgs', historySize: 3 } }],
    ['a line search over minibatches', { optimizer: { name: 'conjugateGradients', averageDecay: 0.9 }, batchSize: 7 }],
  ];

  /** Cuts a run after each of `slices` slices of work and goes on in a new trainer. */
  async function inPieces(options: Partial<TrainerOptions>, slices: readonly number[]): Promise<Trainer> {
    let trainer = make(options);
    for (const count of slices) {
      let left = count;
      await trainer.fit({ between: () => --left <= 0 });
      const [snapshot, log] = [trainer.snapshot(), [...trainer.log]];
      trainer = make(options);
      trainer.restore(snapshot, log);
    }
    await trainer.fit();
    return trainer;
  }

  describe.each(ways)('%s', (_, options) => {
    it.each([
      ['after the first step', 21, [1]],
      ['at a pause', 21, [10]],
      ['right after a pause', 21, [11]],
      ['again and again', 21, [1, 1, 2, 3, 5, 8, 13]],
      ['between slices of many steps', 4, [1, 2, 3]],
      ['at every step', 21, range(49, () => 1)],
    ] as const)('%s: the same bytes and the same log', async (_, milliseconds, slices) => {
      const uncut = make(options);
      await uncut.fit();
      const ticks = generator(slices.length);
      resetClock = setClock(() => (milliseconds === 21 ? 21 : milliseconds * ticks() * 2));
      const cut = await inPieces(options, slices);
      expect(cut.snapshot()).toEqual(uncut.snapshot());
      expect(cut.log).toEqual(uncut.log);
      expect([cut.stopped, cut.bestLoss]).toEqual([true, uncut.bestLoss]);
    });
  });

  it('a snapshot of the last pause is one of a stopped trainer', async () => {
    const taken: [Snapshot, Info[]][] = [];
    const trainer = make();
    const watch: Watch = { logged: () => taken.push([trainer.snapshot(), [...trainer.log]]) };
    await trainer.fit(watch);
    const stopped = taken.map(([snapshot, log]) => {
      const restored = make();
      restored.restore(snapshot, log);
      return restored.stopped;
    });
    expect(stopped).toEqual([false, false, false, false, true]);
  });

  it('restoring takes back what was trained since', async () => {
    const trainer = make();
    const start = trainer.snapshot();
    await trainer.fit();
    const [end, log] = [trainer.snapshot(), [...trainer.log]];
    trainer.restore(start, []);
    expect([trainer.stopped, trainer.step, trainer.bestLoss, trainer.log]).toEqual([
      false,
      0,
      Number.POSITIVE_INFINITY,
      [],
    ]);
    await trainer.fit();
    expect(trainer.snapshot()).toEqual(end);
    expect(trainer.log).toEqual(log);
  });

  it('takes a snapshot over an earlier one of the same trainer, and of no other', async () => {
    const [trainer, other] = [make({ stop: afterSteps(20) }), make({ stop: afterSteps(20) })];
    const [early, foreign] = [trainer.snapshot(), other.snapshot()];
    const before = other.snapshot();
    await trainer.fit();
    expect(trainer.snapshot(foreign)).not.toBe(foreign);
    expect(foreign).toEqual(before);
    expect(trainer.snapshot(early)).toBe(early);
    expect(early).toEqual(trainer.snapshot());
  });

  it('a snapshot does not change when training goes on', async () => {
    const trainer = make();
    const start = trainer.snapshot();
    const copy = structuredClone(start);
    await trainer.fit();
    expect(start).toEqual(copy);
  });

  it.each<[string, Partial<TrainerOptions>, string]>([
    ['of other sizes', { model: network({ hidden: [5, 3] }) }, 'hidden1.weight must be [5, 4], got [5, 3]'],
    ['of fewer layers', { model: network({ hidden: [5] }) }, 'hidden1.weight must be [5, 4], got nothing'],
    [
      'of an optimizer that keeps less',
      { optimizer: { name: 'sgd' } },
      'firstMoment.hidden0.weight must be [3, 5], got nothing',
    ],
    ['of more layers', { model: network({ hidden: [5, 4, 2] }) }, 'got'],
  ])('a snapshot %s is refused, and nothing is changed', (_, options, message) => {
    const trainer = make();
    const before = trainer.snapshot();
    expect(() => trainer.restore(make(options).snapshot(), [])).toThrow(message);
    expect(trainer.snapshot()).toEqual(before);
  });

  it('a snapshot of an optimizer that keeps more is refused', () => {
    const trainer = make({ optimizer: { name: 'sgd' } });
    expect(() => trainer.restore(make().snapshot(), [])).toThrow(
      "restore: the snapshot does not fit: 'firstMoment.hidden0.weight' is not known here",
    );
  });

  it('a log of any length is taken up', () => {
    const trainer = make();
    const log = range(300_000, (i): Info => ({ step: i + 1, bestLoss: 1 / (i + 1) }));
    trainer.restore(trainer.snapshot(), log);
    expect(trainer.log).toEqual(log);
    expect(trainer.bestLoss).toBe(1 / 300_000);
  });

  it('goes as far as the step counter counts', async () => {
    const trainer = make({ stop: never, pause: never });
    const last = tensor(Int32Array.of(2 ** 31 - 2), []);
    trainer.restore(new Map(trainer.snapshot()).set('step', last), []);
    await expect(trainer.fit()).rejects.toThrow('Trainer: at most 2147483647 steps can be made');
    expect(trainer.step).toBe(2 ** 31 - 1);
  });

  it('a snapshot of other element types is refused', () => {
    const trainer = make();
    const snapshot = new Map(trainer.snapshot()).set('seed', tensor(Uint8Array.of(1, 0)));
    expect(() => trainer.restore(snapshot, [])).toThrow('restore: the snapshot does not fit: seed must be i32');
  });
});

describe('the seed', () => {
  const trained = async (seed: number): Promise<Snapshot> => {
    const trainer = make({ seed, batchSize: 5, model: network({ dropout: 0.2 }) });
    await trainer.fit();
    return trainer.snapshot();
  };

  it('alone decides: two runs give the same bytes', async () => {
    expect(await trained(7)).toEqual(await trained(7));
  });

  it.each([8, 7 + 2 ** 32, 0, 2 ** 53 - 1])('%d gives other bytes than 7', async (seed) => {
    const [one, other] = [await trained(7), await trained(seed)];
    for (const name of ['hidden0.weight', 'output.bias']) expect(other.get(name)).not.toEqual(one.get(name));
  });

  it('makes the same start whatever the batches', () => {
    expect(make({ batchSize: 5 }).parameters).toEqual(make().parameters);
  });
});

/** The same model once more, in double precision. */
function forward(trainer: Trainer, input: readonly number[]): number[] {
  const layers = ['hidden0', 'hidden1', 'output'];
  return layers.reduce<number[]>((x, layer) => {
    const weight = trainer.parameters.get(`${layer}.weight`) ?? [];
    const bias = Array.from(trainer.parameters.get(`${layer}.bias`) ?? []);
    const sums = bias.map((b, c) => x.reduce((sum, value, k) => sum + value * item(weight, k * bias.length + c), b));
    return layer === 'output' ? sums : sums.map(Math.tanh);
  }, Array.from(input));
}

describe('score', () => {
  it.each([1, 2, 22, 23, 24, 255, 256, 257, 1000])('of %d rows is the mean of a plain loop', (rows) => {
    const trainer = make();
    const [x, z] = split(rows);
    let total = 0;
    for (let row = 0; row < rows; row++) {
      const output = forward(trainer, Array.from(x.data.subarray(3 * row, 3 * row + 3)));
      total += output.reduce((sum, y, i) => sum + (y - item(z.data, 2 * row + i)) ** 2, 0);
    }
    expect(trainer.score([x, z]) / (total / rows)).toBeCloseTo(1, 6);
  });

  it('does not depend on the chunks that it is computed in, nor does a prediction', () => {
    const [few, many] = [
      make({ data: { train: split(3), val: split(2) } }),
      make({ data: { train: split(700), val: split(2) } }),
    ];
    for (const rows of [1, 4, 257, 1000]) {
      const [x, z] = split(rows);
      expect(few.score([x, z])).toBe(many.score([x, z]));
      expect(few.predict(x)).toEqual(many.predict(x));
    }
  });

  it('drops nothing out, and changes nothing', () => {
    const [plain, dropping] = [make(), make({ model: network({ dropout: 0.5 }) })];
    const before = dropping.snapshot();
    expect(dropping.score(data.val)).toBe(plain.score(data.val));
    expect(dropping.predict(data.val[0])).toEqual(plain.predict(data.val[0]));
    expect(dropping.snapshot()).toEqual(before);
  });

  it('of fewer rows than a chunk takes nothing that was computed before for their classes', async () => {
    askEveryStep();
    const classes = (rows: number): Split => {
      const input = Float32Array.from(range(3 * rows, (i) => 1e7 * (((i * 37) % 101) - 50)));
      return [tensor(input, [rows, 3]), tensor(Uint8Array.from(range(rows, (i) => i % 2)))];
    };
    const few = classes(10);
    const trainer = make({
      model: network({ hidden: [64, 64], activation: 'relu', loss: 'crossEntropy' }),
      data: { train: classes(1000), val: few },
      batchSize: 512,
      optimizer: { name: 'sgd', learningRate: 0 },
      pause: everySteps(1000),
    });
    const before = trainer.score(few);
    await trainer.fit({ between: () => true });
    expect(trainer.score(few)).toBe(before);
  });

  it('takes no memory that depends on the number of rows', () => {
    const large = split(100_000);
    const trainer = make();
    const { bytes } = trainer;
    trainer.score(large);
    expect(trainer.bytes).toBe(bytes);
    const validated = (rows: number): number => make({ data: { train: data.train, val: split(rows) } }).bytes;
    expect(validated(50_000)).toBe(validated(300));
  });

  it('is that of the data as it is now', () => {
    const trainer = make();
    const [x, z] = split(5);
    const before = trainer.score([x, z]);
    x.data.fill(0);
    expect(trainer.score([x, z])).not.toBe(before);
  });
});

describe('predict', () => {
  it.each([0, 1, 256, 300])('gives a row of outputs for each of %d rows', (rows) => {
    const trainer = make();
    const [x] = split(rows);
    const { data: predicted, shape } = trainer.predict(x);
    expect(shape).toEqual([rows, 2]);
    for (let row = 0; row < rows; row++) {
      for (const [i, y] of forward(trainer, Array.from(x.data.subarray(3 * row, 3 * row + 3))).entries()) {
        expect(Math.abs(item(predicted, 2 * row + i) - y)).toBeLessThan(1e-6);
      }
    }
  });

  it('gives probabilities where the loss works on logits', () => {
    const [x] = split(4);
    const target = tensor(range(4, (i) => [i % 2, 1]));
    const binary = make({
      model: network({ loss: 'binaryCrossEntropy' }),
      data: { train: [x, target], val: [x, target] },
    });
    const logits = range(4, (row) => forward(binary, Array.from(x.data.subarray(3 * row, 3 * row + 3)))).flat();
    for (const [i, p] of binary.predict(x).data.entries()) expect(p).toBeCloseTo(sigmoid(item(logits, i)), 6);

    const classes = tensor(Uint8Array.of(0, 1, 1, 0));
    const several = make({
      model: network({ loss: 'crossEntropy' }),
      data: { train: [x, classes], val: [x, classes] },
    });
    const predicted = several.predict(x).data;
    for (let row = 0; row < 4; row++) expect(item(predicted, 2 * row) + item(predicted, 2 * row + 1)).toBeCloseTo(1, 6);
  });
});

describe('withBest', () => {
  it('switches the best parameters in, and the last ones back, whatever happens', async () => {
    const trainer = make({ optimizer: { name: 'sgd', learningRate: 0.9 }, pause: everySteps(1) });
    await trainer.fit();
    const last = trainer.snapshot();
    expect(await trainer.withBest(() => trainer.score(data.val))).toBe(trainer.bestLoss);
    const later = trainer.withBest(async () => {
      await new Promise((resolve) => setImmediate(resolve));
      return trainer.score(data.val);
    });
    expect(await later).toBe(trainer.bestLoss);
    const failing = trainer.withBest(() => {
      throw new Error('on purpose');
    });
    await expect(failing).rejects.toThrow('on purpose');
    expect(trainer.snapshot()).toEqual(last);
  });

  it('leaves the parameters as they are before the first pause', async () => {
    const trainer = make();
    const score = trainer.score(data.val);
    expect(await trainer.withBest(() => trainer.score(data.val))).toBe(score);
  });
});

describe('parameters', () => {
  it('are named, have shapes, and can be written', () => {
    const trainer = make();
    const shapes = [...trainer.parameters].map(([name, { shape }]) => [name, shape]);
    expect(shapes).toEqual([
      ['hidden0.weight', [3, 5]],
      ['hidden0.bias', [5]],
      ['hidden1.weight', [5, 4]],
      ['hidden1.bias', [4]],
      ['output.weight', [4, 2]],
      ['output.bias', [2]],
    ]);
    for (const parameter of trainer.parameters.values()) parameter.fill(0);
    trainer.parameters.get('output.bias')?.set([3, 4]);
    expect(trainer.predict(tensor([[1, 2, 3]])).data).toEqual(Float32Array.of(3, 4));
    expect(trainer.snapshot().get('output.bias')?.data).toEqual(Float32Array.of(3, 4));
  });
});

describe('training', () => {
  it('learns XOR', async () => {
    const x = tensor([
      [0, 0],
      [0, 1],
      [1, 0],
      [1, 1],
    ]);
    const z = tensor([[0], [1], [1], [0]]);
    const trainer = make({
      model: mlp({ inputs: 2, hidden: [8], outputs: 1, activation: 'tanh', loss: 'binaryCrossEntropy' }),
      data: { train: [x, z], val: [x, z] },
      optimizer: { name: 'adam', learningRate: 0.05 },
      pause: everySteps(100),
      stop: any(afterSteps(1000), notBetterThanAfter(0.1, 900)),
    });
    await trainer.fit();
    expect([trainer.step, ...trainer.predict(x).data].map(Math.round)).toEqual([1000, 0, 1, 1, 0]);
  });

  it('learns classes from bytes, in the full batch as in minibatches', async () => {
    const pixels = Uint8Array.from(range(60 * 4, (i) => (i % 4 === Math.floor(i / 4) % 3 ? 200 : 20 + 30 * random())));
    const train: Split = [tensor(pixels, [60, 2, 2]), tensor(Int32Array.from(range(60, (i) => i % 3)), [60])];
    for (const batchSize of [undefined, 7]) {
      const trainer = make({
        model: mlp({ inputs: 4, hidden: [], outputs: 3, activation: [], loss: 'crossEntropy', inputScale: 1 / 255 }),
        data: { train, val: train },
        optimizer: { name: 'adam', learningRate: 0.1 },
        stop: afterSteps(300),
        ...(batchSize !== undefined && { batchSize }),
      });
      await trainer.fit();
      expect(trainer.bestLoss).toBeLessThan(0.1);
    }
  });

  it('is listed as text, a program after the other', () => {
    const programs = make()
      .program.split('\n')
      .filter((line) => !line.startsWith(' '));
    expect(programs).toEqual(['initialize:', 'train:', 'score:', 'predict:']);
  });
});

describe('errors', () => {
  const x = tensor(new Float32Array(12), [4, 3]);
  const z = tensor(new Float32Array(8), [4, 2]);
  const train =
    (...split: unknown[]) =>
    () =>
      Reflect.construct(Trainer, [
        {
          model: network(),
          data: { train: split, val: [x, z] },
          seed: 1,
          optimizer: { name: 'sgd' },
          pause: never,
          stop: never,
        },
      ]);

  it.each<[string, () => unknown]>([
    ['Trainer: the seed must be a whole number from 0 to 2^53 - 1, got -1', () => make({ seed: -1 })],
    ['Trainer: the seed must be a whole number from 0 to 2^53 - 1, got 1.5', () => make({ seed: 1.5 })],
    ['Trainer: seed must be a number, got NaN', () => make({ seed: Number.NaN })],
    ["Trainer: unknown option, got 'batchsize'", () => Reflect.apply(make, undefined, [{ batchsize: 3 }])],
    [
      'Trainer: pause: must be a criterion such as afterSteps(1000), got 100',
      () => Reflect.apply(make, undefined, [{ pause: 100 }]),
    ],
    ["Trainer: option 'stop' is missing", () => Reflect.apply(make, undefined, [{ stop: undefined }])],
    [
      "Trainer: report must be a report such as oneLine(['step', 'valLoss']), got 'oneLine'",
      () => Reflect.apply(make, undefined, [{ report: 'oneLine' }]),
    ],
    [
      "optimizer: expected an object with a name, as { name: 'adadelta' }, got 'adam'",
      () => Reflect.apply(make, undefined, [{ optimizer: 'adam' }]),
    ],
    ['Trainer: batchSize must be a whole number from 1 to the 23 training rows, got 24', () => make({ batchSize: 24 })],
    ['Trainer: batchSize must be a whole number from 1 to the 23 training rows, got 0', () => make({ batchSize: 0 })],
    ['train: expected tensors [input, target, weight?]; make them with tensor(…)', train(x)],
    ['train: expected tensors [input, target, weight?]; make them with tensor(…)', train([[1]], [[2]])],
    ['train: input and target differ in rows, 4 and 23', train(x, data.train[1])],
    ['train: the input must have 3 columns, as the model says, got 2', train(z, z)],
    ['train: the target must have 2 columns, as the model says, got 3', train(x, x)],
    ['train: there are no rows', train(tensor(new Float32Array(), [0, 3]), tensor(new Float32Array(), [0, 2]))],
    ['score: the input must have 3 columns, as the model says, got 2', () => make().score([z, z])],
    ['predict: the input must have 3 columns, as the model says, got 2', () => make().predict(z)],
    [
      'val: targets must lie in [0, 1], got',
      () => make({ model: network({ loss: 'binaryCrossEntropy' }), data: { train: [x, z], val: data.val } }),
    ],
    [
      'train: classes must be whole numbers from 0 to 1, got 2',
      () =>
        make({
          model: network({ loss: 'crossEntropy' }),
          data: { train: [x, tensor(Uint8Array.of(0, 1, 2, 0))], val: [x, z] },
        }),
    ],
  ])('%s', (message, build) => {
    expect(build).toThrow(message);
  });

  it('names in a snapshot are distinct', () => {
    const model = network();
    const build: typeof model.build = (scope, batch) => {
      scope.parameter('step', [1], () => constant(0));
      return model.build(scope, batch);
    };
    expect(() => make({ model: { ...model, build } })).toThrow("Trainer: two tensors of the state are called 'step'");
  });

  it('classes and distributions cannot be mixed', () => {
    const classes: Split = [x, tensor(Uint8Array.of(0, 1, 1, 0))];
    const hot: Split = [
      x,
      tensor([
        [1, 0],
        [0, 1],
        [0, 1],
        [1, 0],
      ]),
    ];
    const model = network({ loss: 'crossEntropy' });
    const message = 'the target must have 1 columns, as that of the training data, got 2';
    expect(() => make({ model, data: { train: classes, val: hot } })).toThrow(`val: ${message}`);
    expect(() => make({ model, data: { train: classes, val: classes } }).score(hot)).toThrow(`score: ${message}`);
  });
});
