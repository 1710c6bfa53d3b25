// Several threads: whatever is divided among them, every bit is that of one.

import { describe, expect, it } from 'vitest';
import { data, type Node, rangeOf, type Shape, size } from '../graph/node.ts';
import * as ops from '../graph/ops/index.ts';
import { afterSteps, type Criterion, everySteps, mlp, type OptimizerConfiguration, Trainer, tensor } from '../index.ts';
import { range } from '../testing/item.ts';
import { generator } from '../testing/random.ts';
import { Machine } from './machine.ts';

const random = generator(3);
const floats = (shape: Shape): Node => data('x', Float32Array.from(range(size(shape), () => 4 * random() - 2)), shape);

function valuesOf(outputs: readonly Node[], threads: number): Float32Array[] {
  const machine = new Machine([], { run: { updates: [], outputs } }, { threads });
  // Twice, as threads wait for what comes next.
  machine.run('run');
  machine.run('run', 3);
  return outputs.map((node) => machine.floats(node).slice());
}

/** The transient memory of all, which threads share out: [m, k] · [k, n] and what is added to it, in many sizes. */
const products = [
  [128, 784, 512],
  [67, 131, 33],
  [5, 4000, 10],
  [1, 3000, 100],
  [300, 200, 1],
  [33, 300, 65],
] as const;

describe.each([2, 3, 5])('%i threads', (threads) => {
  it.each(products)('multiply [%i, %i] · [., %i] in all three forms', (m, k, n) => {
    const outputs = [
      ops.matmul(floats([m, k]), floats([k, n])),
      ops.matmul(floats([k, m]), floats([k, n]), { a: true }),
      ops.matmul(floats([m, k]), floats([n, k]), { b: true }),
    ];
    expect(valuesOf(outputs, threads)).toEqual(valuesOf(outputs, 1));
  });

  it('compute passes with all kinds of operands', () => {
    const [x, y, row, column, scalar] = [[301, 207], [301, 207], [207], [301, 1], []].map(floats) as Node[];
    const inputs = [x, y, row, column, scalar] as Node[];
    const [first = x as Node] = inputs;
    const outputs = inputs.map((other) => ops.multiply(ops.add(first, other), other));
    expect(valuesOf([...outputs, ops.sum(ops.square(first))], threads)).toEqual(
      valuesOf([...outputs, ops.sum(ops.square(first))], 1),
    );
  });
});

it('shares cover everything once, and none is empty', () => {
  for (const size of [1, 15, 16, 17, 100, 1024]) {
    for (const count of range(Math.ceil(size / 16), (i) => i + 1)) {
      const shares = range(count, (index) => rangeOf({ index, count }, size, 16));
      expect([shares[0]?.[0], shares.at(-1)?.[1]]).toEqual([0, size]);
      for (const [i, [start, end]] of shares.entries()) {
        expect(end).toBeGreaterThan(start);
        expect(start).toBe(i === 0 ? 0 : shares[i - 1]?.[1]);
      }
    }
  }
});

function training(threads: number, optimizer: OptimizerConfiguration, stop: Criterion): Trainer {
  const draw = generator(5);
  const inputs = Float32Array.from(range(300 * 200, draw));
  const split = [
    tensor(inputs, [300, 200]),
    tensor(Int32Array.from(range(300, () => Math.floor(10 * draw())))),
  ] as const;
  const model = mlp({
    inputs: 200,
    hidden: [160, 96],
    outputs: 10,
    activation: 'tanh',
    dropout: 0.2,
    loss: 'crossEntropy',
    initializer: 'he',
  });
  const pause = everySteps(5);
  return new Trainer({
    model,
    data: { train: split, val: split },
    seed: 1,
    optimizer,
    batchSize: 64,
    pause,
    stop,
    threads,
  });
}

describe('training with threads', () => {
  const optimizers: readonly OptimizerConfiguration[] = [
    { name: 'sgd', momentum: 0.9, learningRate: 0.05 },
    { name: 'adam', clipNorm: 0.5 },
    { name: 'lbfgs' },
  ];

  it.each(optimizers)('gives the bytes of one thread: %j', async (optimizer) => {
    const [one, three] = [1, 3].map((threads) => training(threads, optimizer, afterSteps(10)));
    await one?.fit();
    await three?.fit();
    expect(three?.snapshot()).toEqual(one?.snapshot());
    expect(three?.log).toEqual(one?.log);
  });

  it('may be continued with any other number', async () => {
    const [one, first] = [training(1, { name: 'adam' }, afterSteps(30)), training(2, { name: 'adam' }, afterSteps(10))];
    await one.fit();
    await first.fit();
    const second = training(3, { name: 'adam' }, afterSteps(30));
    second.restore(first.snapshot(), first.log);
    await second.fit();
    expect(second.snapshot()).toEqual(one.snapshot());
    expect(second.program).toBe(one.program);
  });

  it.each([0, 1.5, 65])('refuses %d', (threads) => {
    expect(() => training(threads, { name: 'sgd' }, afterSteps(1))).toThrow(
      `Trainer: threads must be a whole number from 1 to 64, got ${threads}`,
    );
  });
});
