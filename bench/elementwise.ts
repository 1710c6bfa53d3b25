// Everything between the matrix products: functions of single elements, the loss, and the update of the parameters.
// Bytes are those that must be read and written once, however often a program does it.

import { gradient } from '../src/graph/gradient.ts';
import { constant, data, leaf, type Node } from '../src/graph/node.ts';
import { add, exp, log, multiply, relu, softmaxCrossEntropy, sum, tanh } from '../src/graph/ops/index.ts';
import type { Program } from '../src/graph/program.ts';
import { Machine } from '../src/machine/machine.ts';
import { adam } from '../src/optimizers/index.ts';
import { asMethod } from '../src/optimizers/optimizer.ts';
import { generator } from '../src/testing/random.ts';
import { logSoftmax } from '../src/testing/reference.ts';
import { measure, type Result, repetitions, validate } from './measure.ts';

/** Fits into the second-level cache together with its result. */
const ELEMENTS = 16_384;
/** As many as 784-512-256-10 has. */
const PARAMETERS = 535_818;
const [ROWS, UNITS, CLASSES] = [128, 512, 10];

interface Case {
  readonly name: string;
  readonly bytesPerElement: number;
  readonly state?: readonly Node[];
  readonly program: Program;
  /** The node that is compared after one run, and what it should hold within 1e-6 of its size or of 1. */
  readonly result: Node;
  readonly expected: ArrayLike<number>;
}

const random = generator(1);

function floats(length: number, from: number, to: number): Float32Array {
  return Float32Array.from({ length }, () => from + (to - from) * random());
}

const computes = (...outputs: readonly Node[]): Program => ({ updates: [], outputs });

function map(name: string, of: (x: Node) => Node, reference: (x: number) => number, from: number): Case {
  const x = floats(ELEMENTS, from, 4);
  const result = of(data('x', x));
  return {
    name: `${name}, ${ELEMENTS} elements`,
    bytesPerElement: 8,
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
    program: computes(loss, result),
    result,
    expected,
  };
}

function adamUpdate(parameters: number): Case {
  const state = [leaf('state', 'step', [], 'i32')];
  const slot = (name: string): Node => {
    const node = leaf('state', name, [parameters]);
    state.push(node);
    return node;
  };
  const g = floats(parameters, 0.5, 1);
  const result = slot('parameters');
  const { updates } = asMethod(
    adam()({
      parameters: result,
      gradient: data('gradient', g),
      loss: constant(0),
      initial: result,
      step: state[0] ?? result,
      slot,
    }),
  );
  return {
    name: `adam, ${parameters} parameters`,
    bytesPerElement: 28,
    state,
    program: { updates, outputs: [] },
    result,
    expected: Array.from(g, () => -1e-3),
  };
}

function prepare({ name, bytesPerElement, state = [], program, result, expected }: Case) {
  const machine = new Machine(state, { program });
  machine.run('program');
  const values = machine.view(result);
  const isClose = (value: number, i: number): boolean =>
    Math.abs((values[i] ?? Number.NaN) - value) <= 1e-6 * Math.max(1, Math.abs(value));
  validate(name, values.length === expected.length && Array.from(expected).every(isClose));
  const times = repetitions(values.length / 1e6);
  const elements = times * values.length;
  return { name, elements, bytesPerElement, run: () => machine.run('program', times) };
}

export async function run(): Promise<Result[]> {
  const cases = [
    map('exp', exp, Math.exp, -4),
    map('log', log, Math.log, 1e-3),
    map('tanh', tanh, Math.tanh, -4),
    biasAndActivation(),
    crossEntropy(),
    adamUpdate(ELEMENTS),
    adamUpdate(PARAMETERS),
  ].map(prepare);
  const timings = await measure(Object.fromEntries(cases.map(({ name, run }) => [name, run])));
  return cases.flatMap(({ name, elements, bytesPerElement }): Result[] => {
    const { milliseconds = Number.NaN, noise = 0 } = timings[name] ?? {};
    const nanoseconds = (1e6 * milliseconds) / elements;
    return [
      { name, value: nanoseconds, unit: 'ns/element', noise },
      { name, value: bytesPerElement / nanoseconds, unit: 'GB/s' },
    ];
  });
}
