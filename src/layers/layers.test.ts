// The layers against PyTorch in double precision (golden.py beside this): values, gradients by the input and by every
// parameter, and what batch normalization keeps. Float32 adds some dozen roundings of 6e-8: 4e-6 of the result, or of 1
// where terms cancel.

import { describe, expect, it } from 'vitest';
import { pick } from '../catalogue.ts';
import { gradient } from '../graph/gradient.ts';
import { data, type Node, size } from '../graph/node.ts';
import { multiply, randomNormal, type Stream, subtract, sum } from '../graph/ops/index.ts';
import { evaluate } from '../testing/evaluate.ts';
import { item, range } from '../testing/item.ts';
import { generator } from '../testing/random.ts';
import golden from './golden.json' with { type: 'json' };
import * as layers from './index.ts';
import type { RecurrentOptions } from './recurrent.ts';
import type { Scope } from './scope.ts';

interface Plain {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

const leafOf = ({ shape, data: values }: Plain): Node => data('given', Float32Array.from(values), shape);

/** A layer as the golden cases call it; options are those of its case. */
type Build = (scope: Scope, x: Node, options: never, mask?: Node) => Node;

const builds: Readonly<Record<string, Build>> = {
  attention: (scope, x, options: layers.AttentionOptions, mask) =>
    layers.attention(scope, 'l', x, { ...options, ...(mask && { mask }) }),
  batchNorm: (scope, x) => layers.batchNorm(scope, 'l', x),
  bidirectional: (scope, x, options: RecurrentOptions) =>
    layers.bidirectional(layers.lstm, scope, 'l', x, options).outputs,
  conv1d: (scope, x, options: layers.Conv1dOptions) => layers.conv1d(scope, 'l', x, options),
  conv2d: (scope, x, options: layers.Conv2dOptions) => layers.conv2d(scope, 'l', x, options),
  embedding: (scope, x, options: layers.EmbeddingOptions) => layers.embedding(scope, 'l', x, options),
  globalPool: (_, x, { kind }: layers.PoolingOptions) => layers.globalPool(x, kind),
  gru: (scope, x, options: RecurrentOptions, mask) =>
    layers.gru(scope, 'l', x, { ...options, ...(mask && { mask }) }).outputs,
  layerNorm: (scope, x) => layers.layerNorm(scope, 'l', x),
  lstm: (scope, x, options: RecurrentOptions, mask) =>
    layers.lstm(scope, 'l', x, { ...options, ...(mask && { mask }) }).outputs,
  pool: (_, x, options: layers.PoolingOptions) => layers.pool(x, options),
  rnn: (scope, x, options: RecurrentOptions, mask) =>
    layers.rnn(scope, 'l', x, { ...options, ...(mask && { mask }) }).outputs,
};

function expectClose(actual: readonly number[], expected: readonly number[], what: string): void {
  expect(actual.length, what).toBe(expected.length);
  for (const [i, value] of expected.entries()) {
    const error = Math.abs(item(actual, i) - value) / Math.max(1, Math.abs(value));
    expect(error, `${what}, element ${i}: ${actual[i]} and not ${value}`).toBeLessThanOrEqual(4e-6);
  }
}

const stream = (name: string): Stream => ({
  seed: data('seed', Int32Array.of(5, 6)),
  step: data('step', Int32Array.of(7), []),
  name,
});

/** A scope whose parameters and buffers have given values; collects what is updated. */
function scopeOf(given: ReadonlyMap<string, Node>, training = true) {
  const updates = new Map<Node, Node>();
  const find = (name: string, shape: readonly number[]): Node => {
    const found = given.get(name);
    if (!found) throw new Error(`scopeOf: ${name} [${shape.join()}] is asked for`);
    expect(found.shape, name).toEqual(shape);
    return found;
  };
  const scope: Scope = {
    training,
    parameter: find,
    buffer: find,
    update: (buffer, value) => updates.set(buffer, value),
    random: stream,
  };
  return { scope, updates };
}

describe('against PyTorch', () => {
  const cases = golden.cases.map((one, i) => [`${one.layer} ${i}`, one] as const);

  it.each(cases)('%s', (_, one) => {
    const known = new Map<string, Plain & { gradient?: number[]; next?: number[] }>([
      ...Object.entries(one.parameters),
      ...Object.entries('buffers' in one ? (one.buffers ?? {}) : {}),
    ]);
    const leaves = new Map([...known].map(([name, plain]) => [name, leafOf(plain)]));
    const leafNamed = (name: string): Node => pick('leaf', Object.fromEntries(leaves), name);
    const { scope, updates } = scopeOf(leaves, one.training);
    const x = leafOf(one.x);
    const mask = 'mask' in one && one.mask ? leafOf(one.mask) : undefined;
    const y: Node = Reflect.apply(pick('layer', builds, one.layer), undefined, [scope, x, one.options, mask]);
    expect(y.shape).toEqual(one.output.shape);
    const loss = sum(multiply(y, data('outer', Float32Array.from(one.outer), y.shape)));
    const parameters = Object.entries(one.parameters).map(([name, { gradient }]) => ({ name, slope: gradient }));
    const wrt = [x, ...parameters.map(({ name }) => leafNamed(name))];
    const hasGradient = 'xGradient' in one && one.xGradient;
    const [output = [], ofX = [], ...others] = evaluate([y, ...gradient(loss, hasGradient ? wrt : wrt.slice(1))]);
    expectClose(output, one.output.data, 'output');
    if (hasGradient) expectClose(ofX, hasGradient, 'gradient by the input');
    for (const [i, { name, slope }] of parameters.entries()) {
      expectClose(item(hasGradient ? others : [ofX, ...others], i), slope, `gradient by ${name}`);
    }
    for (const [name, { next }] of known) {
      if (!next) continue;
      const leaf = leafNamed(name);
      expectClose(item(evaluate([updates.get(leaf) ?? leaf]), 0), next, name);
    }
  });

  it('every layer that PyTorch has', () => {
    const without = ['attentionWeights', 'dense', 'dropout', 'flatten', 'poolOverTime', 'positions', 'residual'];
    expect([...new Set(golden.cases.map(({ layer }) => layer)), ...without].sort()).toEqual(Object.keys(layers).sort());
  });
});

const random = generator(8);
const floats = (...shape: number[]): Node =>
  data('x', Float32Array.from(range(size(shape), () => Math.fround(2 * random() - 1))), shape);
const valuesOf = (node: Node): number[] => item(evaluate([node]), 0);

describe('poolOverTime', () => {
  const [n, steps, units] = [3, 4, 2];
  const x = floats(n, steps, units);
  const lengths = [4, 1, 3];
  const mask = data(
    'mask',
    Float32Array.from(range(n * steps, (i) => Number(i % steps < item(lengths, Math.floor(i / steps))))),
    [n, steps],
  );
  const values = valuesOf(x);

  const kinds = {
    sum: (v: number[]) => v.reduce((a, b) => a + b),
    mean: (v: number[]) => v.reduce((a, b) => a + b) / v.length,
    max: (v: number[]) => Math.max(...v),
    last: (v: number[]) => item(v, v.length - 1),
  };

  it.each(Object.entries(kinds))('%s, with a mask and without', (kind, reference) => {
    for (const lengthOf of [() => steps, (sample: number) => item(lengths, sample)]) {
      const expected = range(n * units, (i) => {
        const [sample, unit] = [Math.floor(i / units), i % units];
        return reference(range(lengthOf(sample), (t) => item(values, (sample * steps + t) * units + unit)));
      });
      const given = lengthOf(1) === steps ? undefined : mask;
      const pooled = Reflect.apply(layers.poolOverTime, undefined, [x, kind, given]);
      expect(pooled.shape).toEqual([n, units]);
      expectClose(valuesOf(pooled), expected, kind);
    }
  });
});

describe('padding', () => {
  it.each([
    'rnn',
    'lstm',
    'gru',
  ] as const)('changes no bit of what a recurrent layer makes of a sequence: %s', (name) => {
    const [units, d] = [3, 2];
    const given = new Map<string, Node>();
    const scope: Scope = {
      training: true,
      parameter: (name, shape) => {
        const node = given.get(name) ?? floats(...shape);
        given.set(name, node);
        return node;
      },
      buffer: (_, shape) => floats(...shape),
      update: () => {},
      random: stream,
    };
    const [short, padded] = [floats(1, 3, d), floats(1, 5, d)];
    const values = Float32Array.from([...valuesOf(short), ...valuesOf(padded).slice(3 * d)]);
    const mask = data('mask', Float32Array.of(1, 1, 1, 0, 0), [1, 5]);
    const layer = { rnn: layers.rnn, lstm: layers.lstm, gru: layers.gru }[name];
    const alone = layer(scope, 'l', short, { units }).last;
    const among = layer(scope, 'l', data('x', values, [1, 5, d]), { units, mask }).last;
    expect(valuesOf(among)).toEqual(valuesOf(alone));
  });
});

it('positions are sines and cosines of falling frequencies', () => {
  const [n, steps, d] = [2, 50, 6];
  const x = floats(n, steps, d);
  const values = valuesOf(subtract(layers.positions(x), x));
  for (const [i, value] of values.entries()) {
    const [t, j] = [Math.floor(i / d) % steps, i % d];
    const angle = t / 10_000 ** ((j - (j % 2)) / d);
    expect(Math.abs(value - (j % 2 ? Math.cos(angle) : Math.sin(angle)))).toBeLessThan(1e-5);
  }
});

it('residual adds what its branch makes', () => {
  const x = floats(2, 3);
  expect(valuesOf(layers.residual(x, (x) => multiply(x, 2)))).toEqual(valuesOf(multiply(x, 3)).map(Math.fround));
  expect(() => layers.residual(x, () => floats(2, 2))).toThrow('residual: the branch makes [2, 2] of [2, 3]');
});

it('dropout of attention drops in training alone', () => {
  const x = floats(2, 3, 4);
  const parameters = new Map(
    ['query', 'key', 'value', 'output'].flatMap((part) => [
      [`l.${part}.weight`, floats(4, 4)] as const,
      [`l.${part}.bias`, floats(4)] as const,
    ]),
  );
  const outputs = [true, false].map((training) => {
    const { scope } = scopeOf(parameters, training);
    return [0, 0.5].map((dropout) => valuesOf(layers.attention(scope, 'l', x, { dropout })));
  });
  expect(outputs[1]?.[1]).toEqual(outputs[1]?.[0]);
  expect(outputs[0]?.[1]).not.toEqual(outputs[0]?.[0]);
});

describe('errors', () => {
  const { scope } = scopeOf(new Map());
  const x = floats(2, 3);
  const image = floats(1, 4, 4, 1);
  const call = (layer: keyof typeof layers, ...given: unknown[]) =>
    Reflect.apply(pick<(...given: never[]) => unknown>('layer', layers, layer), undefined, given);

  it.each<[string, () => unknown]>([
    [
      "conv2d: unknown option, got 'strides'; known are filters, kernel, weight, bias, stride, padding, dilation",
      () => call('conv2d', scope, 'c', image, { filters: 1, kernel: 2, strides: 2 }),
    ],
    [
      'conv2d: filters must be positive whole numbers, got 0',
      () => layers.conv2d(scope, 'c', image, { filters: 0, kernel: 2 }),
    ],
    [
      "conv2d: kernel must be positive whole numbers, got '3'",
      () => call('conv2d', scope, 'c', image, { filters: 2, kernel: '3' }),
    ],
    [
      "conv1d: unknown option, got 'size'; known are filters, kernel, weight, bias, stride, padding, dilation",
      () => call('conv1d', scope, 'c', floats(1, 4, 2), { filters: 1, size: 2 }),
    ],
    ["globalPool: the kind must be 'max' or 'mean', got 'avg'", () => call('globalPool', image, 'avg')],
    ["globalPool: the kind must be 'max' or 'mean', got 'MAX'", () => call('globalPool', image, 'MAX')],
    ["pool: kind must be 'max' or 'mean', got 'avg'", () => call('pool', image, { size: 2, kind: 'avg' })],
    [
      "pool: unknown option, got 'knd'; known are size, kind, stride, padding, dilation",
      () => call('pool', image, { size: 2, knd: 'mean' }),
    ],
    ["pool: option 'size' is missing", () => call('pool', image, {})],
    [
      'pool: expected an object with options, got 2; known are size, kind, stride, padding, dilation',
      () => call('pool', image, 2),
    ],
    [
      "poolOverTime: the kind must be 'mean' or 'sum' or 'max' or 'last', got 'avg'",
      () => call('poolOverTime', floats(1, 2, 3), 'avg'),
    ],
    [
      "dense: unknown option, got 'activation'; known are outputs, weight, bias",
      () => call('dense', scope, 'd', x, { outputs: 2, activation: 'relu' }),
    ],
    [
      "dense: unknown option, got 'initializer'; known are outputs, weight, bias",
      () => call('dense', scope, 'd', x, { outputs: 2, initializer: 'zeros' }),
    ],
    [
      "dense: unknown option, got 'bais'; known are outputs, weight, bias",
      () => call('dense', scope, 'd', x, { outputs: 2, bais: 'zeros' }),
    ],
    ['dense: bias must be a string, got false', () => call('dense', scope, 'd', x, { outputs: 2, bias: false })],
    [
      'dense: expected an object with options, got 2; known are outputs, weight, bias',
      () => call('dense', scope, 'd', x, 2),
    ],
    ['dense: outputs must be positive whole numbers, got 2.5', () => layers.dense(scope, 'd', x, { outputs: 2.5 })],
    [
      'dense: the name must be a text, got undefined; what the layer learns is called by it',
      () => call('dense', scope, undefined, x, { outputs: 2 }),
    ],
    [
      'dense: the first argument must be what the function of model is given, got undefined',
      () => call('dense', undefined, 'd', x, { outputs: 2 }),
    ],
    [
      'dense: the input must be a node of the graph, got an object with outputs, last',
      () => call('dense', scope, 'd', { outputs: x, last: x }, { outputs: 2 }),
    ],
    [
      "attention: unknown option, got 'head'; known are weight, bias, heads, causal, mask, memory, dropout",
      () => call('attention', scope, 'a', floats(1, 2, 4), { head: 2 }),
    ],
    [
      "attentionWeights: causal must be a boolean, got 'yes'",
      () => call('attentionWeights', floats(1, 1, 2, 4), floats(1, 1, 2, 4), { causal: 'yes' }),
    ],
    [
      "batchNorm: unknown option, got 'eps'; known are epsilon, momentum",
      () => call('batchNorm', scope, 'n', x, { eps: 1 }),
    ],
    ['batchNorm: momentum must be a number from 0 on, got -1', () => layers.batchNorm(scope, 'n', x, { momentum: -1 })],
    ["layerNorm: unknown option, got 'eps'; known are epsilon", () => call('layerNorm', scope, 'n', x, { eps: 1 })],
    [
      "embedding: unknown option, got 'outputs'; known are vocabulary, units, weight",
      () => call('embedding', scope, 'e', x, { vocabulary: 3, outputs: 2 }),
    ],
    [
      'embedding: units must be positive whole numbers, got 0',
      () => layers.embedding(scope, 'e', x, { vocabulary: 3, units: 0 }),
    ],
    [
      "lstm: unknown option, got 'hidden'; known are units, weight, bias, recurrentWeight, mask, backwards",
      () => call('lstm', scope, 'l', floats(1, 2, 3), { hidden: 2 }),
    ],
    [
      'gru: expected an object with options, got 5; known are units, weight, bias, recurrentWeight, mask, backwards',
      () => call('gru', scope, 'g', floats(1, 2, 3), 5),
    ],
    [
      "rnn: activation must be a function, got 'relu'",
      () => call('rnn', scope, 'r', floats(1, 2, 3), { units: 2, activation: 'relu' }),
    ],
    ['rnn: units must be positive whole numbers, got 0', () => layers.rnn(scope, 'r', floats(1, 2, 3), { units: 0 })],
    [
      "bidirectional: the layer must be a function such as layers.lstm, got 'lstm'",
      () => call('bidirectional', 'lstm', scope, 'b', floats(1, 2, 3), { units: 2 }),
    ],
    ['residual: the branch must be a function, got an object with', () => call('residual', x, floats(2, 3))],
    [
      'residual: what the branch makes must be a node of the graph, got undefined',
      () => call('residual', x, () => undefined),
    ],
    ['flatten: the input must be a node of the graph, got undefined', () => call('flatten')],
    ['positions: the sequence must be a node of the graph, got undefined', () => call('positions')],
    [
      'dropout: the name must be a text, got 0.5; what the layer learns is called by it',
      () => call('dropout', scope, 0.5, x),
    ],
    [
      'lstm: expected sequences [n, steps, units], got [2, 3]',
      () => layers.lstm(scope, 'lstm', floats(2, 3), { units: 2 }),
    ],
    ['attention: heads must divide the 5 columns', () => layers.attention(scope, 'a', floats(1, 2, 5), { heads: 2 })],
    ['maxPool2d: a window of 3 does not fit into 2', () => layers.pool(floats(1, 2, 2, 1), { size: 3 })],
    ['maxPool2d: expected images [n, height, width, channels], got [4]', () => layers.pool(floats(4), { size: 1 })],
    [
      'maxPool2d: stride must be a whole number from 1 on, got 0',
      () => layers.pool(floats(1, 2, 2, 1), { size: 1, stride: 0 }),
    ],
    [
      'dropout: the rate must lie in [0, 1), got 1',
      () => layers.dropout(scope, 'd', randomNormal(stream('x'), [2]), 1),
    ],
  ])('%s', (message, build) => {
    expect(build).toThrow(message);
  });
});
