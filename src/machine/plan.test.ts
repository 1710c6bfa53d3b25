// The planning of memory: over random programs no two buffers overlap while both are needed, and whatever is shared,
// merged or computed in place, every run gives the bits that the kernels give with all values apart (`interpret`).

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { columns, data, leaf, type Node, rows, size } from '../graph/node.ts';
import * as ops from '../graph/ops/index.ts';
import type { Program, Update } from '../graph/program.ts';
import { interpret, type Values } from '../testing/interpret.ts';
import { item, range } from '../testing/item.ts';
import { generator } from '../testing/random.ts';
import { Machine } from './machine.ts';
import { type Buffer, place } from './place.ts';
import { firstFit, type Planner, unshared } from './plan.ts';
import { schedule } from './schedule.ts';

/** Pairs of buffers that share a byte while both are needed. */
function overlaps(buffers: readonly Buffer[], planner: Planner): number {
  const { offsets, bytes } = planner(buffers);
  const placed = buffers.map((buffer, i) => ({ ...buffer, from: item(offsets, i), to: item(offsets, i) + buffer.bytes }));
  if (placed.some(({ from, to }) => from % 16 !== 0 || to > bytes)) return Number.NaN;
  const pairs = placed.flatMap((a, i) => placed.slice(i + 1).map((b) => [a, b] as const));
  return pairs.filter(([a, b]) => a.first <= b.last && b.first <= a.last && a.from < b.to && b.from < a.to).length;
}

const root = leaf('input', 'root', []);

describe.each([
  ['firstFit', firstFit],
  ['unshared', unshared],
] as const)('%s', (_, planner) => {
  it('keeps apart what is needed at the same time', () => {
    const buffer = fc
      .record({ bytes: fc.integer({ min: 0, max: 200 }), first: fc.integer({ min: -1, max: 20 }), length: fc.nat(8) })
      .map(({ bytes, first, length }): Buffer => ({ root, bytes, first, last: first + length }));
    const check = (buffers: Buffer[]): void => expect(overlaps(buffers, planner)).toBe(0);
    fc.assert(fc.property(fc.array(buffer, { maxLength: 40 }), check), { numRuns: 300, seed: 1 });
  });
});

it('firstFit takes no more memory than a chain needs', () => {
  const chain = range(10, (i): Buffer => ({ root, bytes: 160, first: i, last: i + 1 }));
  expect(firstFit(chain).bytes).toBe(320);
});

/** Indices and choices that a random program is built from. */
type Draw = readonly [op: number, a: number, b: number, c: number];

interface Built {
  readonly state: readonly Node[];
  readonly input: Node;
  readonly program: Program;
}

const SEED = data('seed', Int32Array.of(1, 2));

/** `b` in the shape of `a`, or a scalar made of it. */
function fit(b: Node, a: Node, c: number): Node {
  const extra = size(b.shape) - size(a.shape);
  return extra < 0 ? ops.sum(b) : ops.reshape(ops.slice(b, c % (extra + 1), a.shape), a.shape);
}

const steps: readonly ((a: Node, b: Node, c: number, step: Node) => Node)[] = [
  (a) => ops.tanh(a),
  (a) => ops.negate(a),
  (a) => ops.copy(a),
  (a, b, c) => ops.add(a, fit(b, a, c)),
  (a, b, c) => ops.subtract(fit(b, a, c), a),
  (a, b, c) => ops.multiply(ops.tanh(a), fit(b, a, c)),
  (a, _, c) => ops.reshape(a, item([[size(a.shape)], [1, size(a.shape)], [size(a.shape), 1]], c % 3)),
  (a, b, c) => {
    const offset = c % size(a.shape);
    return ops.slice(a, offset, [1 + (size(b.shape) % (size(a.shape) - offset))]);
  },
  (a, b, c) => ops.concatenate(item([[a], [a, b], [b, a, b], [ops.negate(a), b]], c % 4)),
  (a, b) => ops.concatenate([ops.reshape(ops.tanh(b), [size(b.shape)]), ops.tanh(b), ops.sum(a)]),
  (a) => ops.softmax(a),
  (a) => ops.sumRows(a),
  (a) => ops.sumColumns(a),
  (a) => (rows(a.shape) <= 6 ? ops.tanh(ops.matmul(a, a, { b: true })) : ops.sum(a)),
  (a, b) => ops.expand(ops.sum(a), b.shape),
  (a, _, c, step) => ops.multiply(a, ops.dropoutMask({ seed: SEED, step, name: `${c % 2}` }, a.shape, 0.4)),
  (a, _b, _c, step) => ops.multiply(a, ops.toFloat(step)),
  (a, _b, _c, step) => ops.add(a, ops.toFloat(ops.increment(step))),
];

function build(draws: readonly Draw[], updates: readonly Draw[], outputs: readonly number[]): Built {
  const step = leaf('state', 'step', [], 'i32');
  const state = [
    leaf('state', 'p', [6]),
    leaf('state', 'q', [6]),
    leaf('state', 'r', [2, 3]),
    leaf('state', 's', [4]),
    leaf('state', 't', []),
  ];
  const input = leaf('input', 'x', [2, 3]);
  const nodes = [...state, input, data('d', Float32Array.of(1, -2, 3, -4), [2, 2])];
  for (const [op, a, b, c] of draws) {
    const [first, second] = [item(nodes, a % nodes.length), item(nodes, b % nodes.length)];
    const next = item(steps, op % steps.length)(first, second, c, step);
    if (size(next.shape) <= 48) nodes.push(next);
  }
  const [p = input, ...others] = state;
  const targets = [ops.slice(p, 0, [2]), ops.slice(p, 2, [4]), ...others];
  const chosen = new Map(updates.map(([kind, a, b, c]) => [item(targets, kind % targets.length), { kind, a, b, c }]));
  const assigned = [...chosen].map(([target, { kind, a, c }]): Update => {
    // From the newest on: they depend on more.
    const value = item(nodes, nodes.length - 1 - (a % nodes.length));
    if (size(value.shape) === size(target.shape)) return [target, value];
    return [target, kind % 2 ? fit(value, target, c).shape.length === 0 && target.shape.length ? ops.add(target, ops.sum(value)) : ops.expand(fit(value, target, c), target.shape) : ops.add(target, fit(value, target, c))];
  });
  return {
    state: [step, ...state],
    input,
    program: {
      updates: [...assigned, [step, ops.increment(step)]],
      outputs: outputs.map((i) => item(nodes, i % nodes.length)),
    },
  };
}

const draw = fc.tuple(fc.nat(1000), fc.nat(1000), fc.nat(1000), fc.nat(1000));
const programs = fc
  .tuple(fc.array(draw, { maxLength: 20 }), fc.array(draw, { maxLength: 6 }), fc.array(fc.nat(1000), { maxLength: 4 }))
  .map(([draws, updates, outputs]) => build(draws, updates, outputs));

/** The leaf whose memory a node is a part of, or the node itself. */
function memoryOf(node: Node): Node {
  return node.alias ? memoryOf(node.alias.of) : node;
}

function initial(node: Node, seed: number): Values {
  const random = generator(seed);
  return node.type === 'i32' ? Int32Array.of(0) : Float32Array.from(range(size(node.shape), () => 2 * random() - 1));
}

/** The state and the outputs after each of some runs; the outputs are read before the state is written. */
function expected({ state, input, program }: Built, runs: number): Values[][] {
  const values = new Map(state.map((node, i) => [node, initial(node, i)]));
  return range(runs, (run) => {
    values.set(input, initial(input, 100 + run));
    const results = interpret([...program.updates.map(([, value]) => value), ...program.outputs], values);
    for (const node of state) values.set(node, item([values.get(node) ?? []], 0).slice());
    for (const [i, [target]] of program.updates.entries()) {
      values.get(memoryOf(target))?.set(item(results, i), target.alias?.offset ?? 0);
    }
    const outputs = results.slice(program.updates.length).filter((_, i) => !isState(item(program.outputs, i)));
    return [...state.map((node) => values.get(node)?.slice() ?? new Float32Array()), ...outputs];
  });
}

const isState = (node: Node): boolean => memoryOf(node).leaf?.zone === 'state';

function actual({ state, input, program }: Built, runs: number, planner: Planner): Values[][] {
  const machine = new Machine(state, { run: program }, planner);
  for (const [i, node] of state.entries()) machine.view(node).set(initial(node, i));
  const outputs = program.outputs.filter((node) => !isState(node));
  return range(runs, (run) => {
    if (program.outputs.includes(input) || reads(program, input)) machine.view(input).set(initial(input, 100 + run));
    machine.run('run');
    return [...state, ...outputs].map((node) => machine.view(node).slice());
  });
}
