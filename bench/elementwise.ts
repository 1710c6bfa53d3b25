// Everything between the matrix products: functions of single elements, the loss, and the update of the parameters.
// Bytes are those that must be read and written once, however often a program does it.
//
// Each is compared with what the processor allows, in the same run: the bytes at the speed of a copy of as many, or the
// operations at the speed of divisions, square roots and others, whichever takes longer.

import { gradient } from '../src/graph/gradient.ts';
import { data, leaf, type Node } from '../src/graph/node.ts';
import {
  add,
  copy,
  divide,
  exp,
  flush,
  log,
  multiply,
  relu,
  softmaxCrossEntropy,
  sqrt,
  sum,
  tanh,
} from '../src/graph/ops/index.ts';
import type { Program } from '../src/graph/program.ts';
import { apart } from '../src/machine/fuse.ts';
import type { Strategy } from '../src/machine/layout.ts';
import { Machine } from '../src/machine/machine.ts';
import { type OptimizerConfiguration, optimizer } from '../src/optimizers/configure.ts';
import { asMethod } from '../src/optimizers/optimizer.ts';
import { generator } from '../src/testing/random.ts';
import { logSoftmax } from '../src/testing/reference.ts';
import { measure, type Result, repetitions, validate } from './measure.ts';
import { peak } from './peak.ts';

/** Fits into the second-level cache together with its result. */
const ELEMENTS = 16_384;
/** As many as 784-512-256-10 has. */
const PARAMETERS = 535_818;
const [ROWS, UNITS, CLASSES] = [128, 512, 10];
/** Fits into the first-level cache: what is computed there waits for no memory. */
const NEAR = 1024;

/** Operations on vectors of four that an element's quarter takes, those of kernels as they stand in assembly/math.ts. */
interface Operations {
  readonly divisions?: number;
  readonly squareRoots?: number;
  readonly others?: number;
}

interface Case {
  readonly name: string;
  readonly bytesPerElement: number;
  readonly operations?: Operations;
  readonly state?: readonly Node[];
  readonly program: Program;
  readonly strategy?: Strategy;
  /** The node that is compared after one run, and what it should hold within 1e-6 of its size or of 1. */
  readonly result: Node;
  readonly expected: ArrayLike<number>;
}

const random = generator(1);

function floats(length: number, from: number, to: number): Float32Array {
  return Float32Array.from({ length }, () => from + (to - from) * random());
}

const computes = (...outputs: readonly Node[]): Program => ({ updates: [], outputs });

function map(
  name: string,
  of: (x: Node) => Node,
  reference: (x: number) => number,
  from: number,
  operations: Operations,
  length = ELEMENTS,
): Case {
  const x = floats(length, from, 4);
  const result = of(data('x', x));
  return {
    name: `${name}, ${length} elements`,
    bytesPerElement: 8,
    operations,
    program: computes(result),
    result,
    expected: Array.from(x, reference),
  };
}

function biasAndActivation(): Case {
  const x = floats(ROWS * UNITS, -1, 1);
  const bias = floats(UNITS, -1, 1);
  const result = relu(add(data('x', x, [ROWS, UNITS]), data('bias', bias)));
  return {
    name: `bias and relu, ${ROWS}×${UNITS}`,
    bytesPerElement: 8,
    operations: { others: 2 },
    program: computes(result),
    result,
    expected: Array.from(x, (value, i) => Math.max(0, value + (bias[i % UNITS] ?? Number.NaN))),
  };
}

function crossEntropy(): Case {
  const x = floats(ROWS * CLASSES, -4, 4);
  const logits = data('x', x, [ROWS, CLASSES]);
  const classes = Float32Array.from({ length: ROWS }, (_, row) => row % CLASSES);
  const loss = multiply(sum(softmaxCrossEntropy(logits, data('classes', classes, [ROWS, 1]))), 1 / ROWS);
  const [result = loss] = gradient(loss, [logits]);
  const expected = Array.from(classes).flatMap((label, row) => {
    const ofRow = Array.from(x.subarray(row * CLASSES, (row + 1) * CLASSES));
    return logSoftmax(ofRow).map((l, i) => (Math.exp(l) - (i === label ? 1 : 0)) / ROWS);
  });
  return {
    name: `softmax cross-entropy, loss and gradient, ${ROWS}×${CLASSES}`,
    bytesPerElement: 8,
    operations: { others: 34 + 12, divisions: 0.1 },
    program: computes(loss, result),
    result,
    expected,
  };
}

const optimizers = {
  sgd: { configuration: { name: 'sgd' }, slots: 0, operations: { others: 5 } },
  'sgd with momentum': { configuration: { name: 'sgd', momentum: 0.9 }, slots: 1, operations: { others: 10 } },
  rmsprop: {
    configuration: { name: 'rmsprop', momentum: 0.9 },
    slots: 2,
    operations: { divisions: 1, squareRoots: 1, others: 15 },
  },
  adam: { configuration: { name: 'adam' }, slots: 2, operations: { divisions: 1, squareRoots: 1, others: 19 } },
} satisfies Record<string, { configuration: OptimizerConfiguration; slots: number; operations: Operations }>;

/** @param dead whether the gradients are zero and what is remembered of them has decayed */
function update(
  optimizerName: keyof typeof optimizers,
  parameters: number,
  { dead = false, strategy }: { dead?: boolean; strategy?: Strategy } = {},
): Case {
  const { configuration, slots, operations } = optimizers[optimizerName];
  const step = leaf('state', 'step', [], 'i32');
  const p = leaf('state', 'parameters', [parameters]);
  const state = [step, p];
  const g = dead ? new Float32Array(parameters) : floats(parameters, 0.5, 1);
  const { updates } = asMethod(
    optimizer(configuration)({
      parameters: p,
      initial: p,
      gradient: data('gradient', g),
      loss: step,
      step,
      slot: (name) => {
        const node = leaf('state', name, [parameters]);
        state.push(node);
        return node;
      },
    }),
  );
  // As in training (src/trainer/programs.ts).
  const flushed = updates.map(([target, value]) => [target, flush(value)] as const);
  const note = [...(dead ? ['dead units'] : []), ...(strategy ? ['one kernel per operation'] : [])];
  return {
    name: [`${optimizerName}, ${parameters} parameters`, ...note].join(', '),
    bytesPerElement: 4 * (3 + 2 * slots),
    operations,
    state,
    program: { updates: flushed, outputs: [] },
    ...(strategy && { strategy }),
    result: p,
    expected: firstStep(configuration.name, g),
  };
}

/** The parameters after a step from 0. */
function firstStep(name: string, g: Float32Array): number[] {
  const first = { sgd: (x: number) => -1e-3 * x, rmsprop: () => -0.1, adam: () => -1e-3 }[name];
  return Array.from(g, (x) => (x === 0 ? 0 : (first?.(x) ?? Number.NaN)));
}

function prepare({ name, state = [], program, strategy, result, expected, ...rest }: Case) {
  const machine = new Machine(state, { program }, strategy);
  machine.run('program');
  const values = machine.view(result);
  const isClose = (value: number, i: number): boolean =>
    Math.abs((values[i] ?? Number.NaN) - value) <= 1e-6 * Math.max(1, Math.abs(value));
  validate(name, values.length === expected.length && Array.from(expected).every(isClose));
  if (name.includes('dead')) {
    // Far enough into the decay for numbers to be denormal if nothing kept them from it.
    for (const node of state.slice(2)) machine.view(node).fill(1e-38);
    machine.run('program', 100);
  }
  const times = repetitions(values.length / 1e6);
  return { name, ...rest, elements: times * values.length, n: values.length, run: () => machine.run('program', times) };
}

const copies = (n: number): Case => map('copy', copy, (x) => x, 0, {}, n);

export async function run(): Promise<Result[]> {
  const cases = [
    copies(ELEMENTS),
    copies(PARAMETERS),
    map(
      'divide',
      (x) => divide(x, 3),
      (x) => x / 3,
      0,
      {},
      NEAR,
    ),
    map('sqrt', sqrt, Math.sqrt, 0, {}, NEAR),
    map('exp', exp, Math.exp, -4, { others: 34 }),
    map('log', log, Math.log, 1e-3, { others: 48 }),
    map('tanh', tanh, Math.tanh, -4, { others: 49, divisions: 1 }),
    biasAndActivation(),
    crossEntropy(),
    ...(['sgd', 'sgd with momentum', 'rmsprop', 'adam'] as const).flatMap((name) => [
      update(name, ELEMENTS),
      update(name, PARAMETERS),
    ]),
    update('adam', PARAMETERS, { dead: true }),
    update('adam', PARAMETERS, { strategy: { fuser: apart } }),
  ].map(prepare);
  const most = peak();
  const timings = await measure(Object.fromEntries([most, ...cases].map(({ name, run }) => [name, run])));
  const perElement = ({ name, elements }: { name: string; elements: number }): number =>
    (1e6 * (timings[name]?.milliseconds ?? Number.NaN)) / elements;
  const [near = Number.NaN, far = Number.NaN, division = Number.NaN, squareRoot = Number.NaN] = cases.map(perElement);
  const other = perElement({ name: most.name, elements: most.operations });

  return cases.flatMap((item): Result[] => {
    const { name, n, bytesPerElement, operations = {} } = item;
    const nanoseconds = perElement(item);
    const memory = (bytesPerElement / 8) * (n > 4 * ELEMENTS ? far : near);
    const { divisions = 0, squareRoots = 0, others = 0 } = operations;
    // Divisions and roots share a unit, beside which everything else goes on.
    const arithmetic = Math.max(divisions * division + squareRoots * squareRoot, others * other);
    const results: Result[] = [
      { name, value: nanoseconds, unit: 'ns/element', noise: timings[name]?.noise ?? 0 },
      { name, value: bytesPerElement / nanoseconds, unit: 'GB/s' },
    ];
    if (!item.operations || Object.keys(operations).length === 0) return results;
    const unit = memory > arithmetic ? '% of memory' : '% of arithmetic';
    return [...results, { name, value: (100 * Math.max(memory, arithmetic)) / nanoseconds, unit }];
  });
}
