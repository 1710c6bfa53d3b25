// Passes of arithmetic: what is fused, and that fused kernels give the bits of the same nodes one after the other.

import { describe, expect, it } from 'vitest';
import { data, leaf, type Node, type Shape, size } from '../graph/node.ts';
import * as ops from '../graph/ops/index.ts';
import { type OptimizerConfiguration, optimizer } from '../optimizers/configure.ts';
import * as optimizers from '../optimizers/index.ts';
import { asMethod, type Step } from '../optimizers/optimizer.ts';
import { evaluate } from '../testing/evaluate.ts';
import { range } from '../testing/item.ts';
import { generator } from '../testing/random.ts';
import { apart } from './fuse.ts';
import type { Strategy } from './layout.ts';
import { Machine } from './machine.ts';

const random = generator(7);
const floats = (shape: Shape): Node => data('x', Float32Array.from(range(size(shape), () => 4 * random() - 2)), shape);

const variants: readonly OptimizerConfiguration[] = [
  { name: 'sgd' },
  { name: 'sgd', momentum: 0.9, nesterov: true, weightDecay: 0.1 },
  { name: 'rmsprop', momentum: 0.9 },
  { name: 'rmsprop', momentum: 0.9, centered: true, clipNorm: 0.5 },
  { name: 'adam' },
  { name: 'adam', weightDecay: 0.1, learningRate: { name: 'cosine', from: 0.1, steps: 20, warmup: 3 } },
  { name: 'adamw' },
];
const defaults = Object.keys(optimizers).map((name) => ({ name }) as OptimizerConfiguration);

function training(configuration: OptimizerConfiguration, n: number, strategy?: Strategy) {
  const [step, p] = [leaf('state', 'step', [], 'i32'), leaf('state', 'p', [n])];
  const slots: Node[] = [];
  const slot: Step['slot'] = (name, options) => {
    const node = leaf('state', name, options?.shape ?? [n]);
    slots.push(node);
    return node;
  };
  const gradient = ops.sin(ops.add(p, data('phase', Float32Array.from(range(n, (i) => i)))));
  const method = optimizer(configuration)({ parameters: p, initial: p, gradient, loss: ops.sum(p), step, slot });
  const { updates } = asMethod(method);
  const train = { updates: [...updates, [step, ops.increment(step)] as const], outputs: [] };
  return new Machine([step, p, ...slots], { train }, strategy);
}

it.each([
  ...variants,
  ...defaults,
])('the update of %j has the bits of its nodes one after the other', (configuration) => {
  for (const n of [1, 3, 13, 64, 1021]) {
    const [fused, unfused] = [training(configuration, n), training(configuration, n, { fuser: apart })];
    for (const machine of [fused, unfused]) machine.run('train', 12);
    expect(fused.state).toEqual(unfused.state);
  }
});

it.each(variants)('the update of %j goes over the vectors once', (configuration) => {
  const lines = training(configuration, 13).listing('train');
  const passes = lines.filter((line) => line.startsWith('%') && line.endsWith('-> [13]'));
  // The gradient comes from two; the norm it is clipped to must be known first.
  const before = 'clipNorm' in configuration ? 3 : 2;
  expect(passes.length - before, lines.join('\n')).toBe(1);
  expect(lines.filter((line) => line.includes('copy'))).toEqual([]);
});

describe('a pass', () => {
  const shapes: readonly (readonly [Shape, ...Shape[]])[] = [
    [[1]],
    ...[2, 3, 4, 5, 8, 11, 12, 19].map((n): [Shape] => [[n]]),
    [[3, 5], [5], [3, 1], []],
    [
      [4, 8],
      [1, 8],
      [4, 1],
      [1, 1],
    ],
    [[2, 3, 13], [13], [2, 3, 1], []],
    [[5, 1], [1], [5, 1], []],
    [[1, 7], [7], [1, 1], []],
  ];

  it.each(shapes)('of shape %j with %j, %j and %j', (shape, ...others) => {
    const [a, b] = [floats(shape), floats(shape)];
    const [row, column, scalar] = range(3, (i) => floats(others[i] ?? shape)) as [Node, Node, Node];
    const shifted = ops.add(ops.multiply(a, row), ops.divide(column, ops.add(ops.square(scalar), 0.5)));
    const outputs = [ops.relu(ops.subtract(shifted, b)), ops.maximum(ops.abs(b), shifted), shifted];
    const [fused, unfused] = [evaluate(outputs), evaluate(outputs, { fuser: apart })];
    expect(fused).toEqual(unfused);
  });

  it('does not read a part of what it computes', () => {
    const a = ops.negate(floats([6]));
    const parts = ops.add(ops.slice(a, 0, [3]), ops.slice(a, 3, [3]));
    const outputs = [ops.add(a, 1), ops.square(parts), ops.reshape(ops.square(a), [2, 3])];
    expect(evaluate(outputs)).toEqual(evaluate(outputs, { fuser: apart }));
  });

  it('is not so long that it could not be compiled', () => {
    let y = floats([5]);
    for (let i = 0; i < 250; i++) y = ops.add(ops.multiply(y, 0.5), y);
    const machine = new Machine([], { run: { updates: [], outputs: [y] } });
    expect(machine.listing('run').filter((line) => line.startsWith('%'))).toHaveLength(5);
    expect(evaluate([y])).toEqual(evaluate([y], { fuser: apart }));
  });

  it('does not keep many vectors waiting for each other', () => {
    const n = 1000;
    const terms = range(60, (i) => ops.tanh(ops.add(floats([n]), i)));
    const total = terms.reduce((sum, term) => ops.add(sum, term));
    const { bytes } = new Machine([], { run: { updates: [], outputs: [total] } });
    // Beside the data, 60 vectors.
    expect(bytes - 60 * 4 * n).toBeLessThan(14 * 4 * n);
    expect(evaluate([total])).toEqual(evaluate([total], { fuser: apart }));
  });
});
