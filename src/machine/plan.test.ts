// The planning of memory: over random programs no two buffers overlap while both are needed, and whatever is shared,
// merged or computed in place, every run gives the bits that the kernels give with all values apart (`interpret`).

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { columns, data, leaf, type Node, rows, size } from '../graph/node.ts';
import * as ops from '../graph/ops/index.ts';
import type { Program, Update } from '../graph/program.ts';
import { topological } from '../graph/topological.ts';
import { interpret, type Values } from '../testing/interpret.ts';
import { item, range } from '../testing/item.ts';
import { generator } from '../testing/random.ts';
import { apart } from './fuse.ts';
import type { Strategy } from './layout.ts';
import { Machine } from './machine.ts';
import { type Buffer, place } from './place.ts';
import { firstFit, type Planner, unshared } from './plan.ts';
import { schedule } from './schedule.ts';

/** Pairs of buffers that share a byte while both are needed. */
function overlaps(buffers: readonly Buffer[], planner: Planner): number {
  const { offsets, bytes } = planner(buffers);
  const placed = buffers.map((buffer, i) => ({
    ...buffer,
    from: item(offsets, i),
    to: item(offsets, i) + buffer.bytes,
  }));
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
    const check = (buffers: Buffer[]): void => {
      expect(overlaps(buffers, planner)).toBe(0);
    };
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
function fitted(b: Node, a: Node, c: number): Node {
  const extra = size(b.shape) - size(a.shape);
  return extra < 0 ? ops.sum(b) : ops.reshape(ops.slice(b, c % (extra + 1), a.shape), a.shape);
}

const steps: readonly ((a: Node, b: Node, c: number, step: Node) => Node)[] = [
  (a) => ops.tanh(a),
  (a) => ops.negate(a),
  (a) => ops.square(a),
  (a) => ops.copy(a),
  (a, b, c) => ops.add(a, fitted(b, a, c)),
  (a, b, c) => ops.subtract(fitted(b, a, c), a),
  (a, b, c) => ops.multiply(ops.tanh(a), fitted(b, a, c)),
  (a, b, c) => ops.maximum(a, fitted(b, a, c)),
  (a) => ops.multiply(ops.sumRows(a), ops.negate(a)),
  (a) => ops.relu(ops.add(ops.sumColumns(a), a)),
  (a, b) => ops.multiply(a, ops.sqrt(ops.abs(ops.subtract(ops.sum(b), 1)))),
  (a, _, c) => ops.reshape(a, item([[size(a.shape)], [1, size(a.shape)], [size(a.shape), 1]], c % 3)),
  (a, b, c) => {
    const offset = c % size(a.shape);
    return ops.slice(a, offset, [1 + (size(b.shape) % (size(a.shape) - offset))]);
  },
  (a, b, c) => ops.concatenate(item([[a], [a, b], [b, a, b], [ops.negate(a), b]], c % 4)),
  (a, b) => ops.concatenate([ops.reshape(ops.tanh(b), [size(b.shape)]), ops.tanh(b), ops.sum(a)]),
  (a, b, c) => {
    const extra = size(b.shape) - columns(a.shape);
    return extra < 0 ? ops.sum(b) : ops.add(a, ops.slice(b, c % (extra + 1), [columns(a.shape)]));
  },
  (a) => ops.softmax(a),
  (a) => ops.sumRows(a),
  (a) => ops.sumColumns(a),
  (a) => (rows(a.shape) <= 6 ? ops.tanh(ops.matmul(a, a, { b: true })) : ops.sum(a)),
  (a, b) => ops.expand(ops.sum(a), b.shape),
  (a, _, c, step) => ops.multiply(a, ops.dropoutMask({ seed: SEED, step, name: `${c % 2}` }, a.shape, 0.4)),
  (a, _b, _c, step) => ops.multiply(a, ops.toFloat(step)),
  (a, _b, _c, step) => ops.add(a, ops.toFloat(ops.increment(step))),
];

/** `value`, or something made of it, with as many elements as `target`. */
function sized(value: Node, target: Node, c: number): Node {
  const extra = size(value.shape) - size(target.shape);
  if (extra === 0) return value;
  return extra < 0 ? ops.add(target, ops.sum(value)) : ops.slice(value, c % (extra + 1), target.shape);
}

function build(draws: readonly Draw[], updates: readonly Draw[], outputs: readonly number[]): Built {
  const step = leaf('state', 'step', [], 'i32');
  const p = leaf('state', 'p', [6]);
  const others = [leaf('state', 'q', [6]), leaf('state', 'r', [2, 3]), leaf('state', 's', [4]), leaf('state', 't', [])];
  const input = leaf('input', 'x', [2, 3]);
  const nodes = [p, ...others, input, data('d', Float32Array.of(1, -2, 3, -4), [2, 2])];
  for (const [op, a, b, c] of draws) {
    const [first, second] = [item(nodes, a % nodes.length), item(nodes, b % nodes.length)];
    const next = item(steps, op % steps.length)(first, second, c, step);
    if (size(next.shape) <= 48) nodes.push(next);
  }
  const targets = [ops.slice(p, 0, [2]), ops.slice(p, 2, [4]), ...others];
  const chosen = new Map<Node, Node>();
  for (const [which, a, , c] of updates) {
    const target = item(targets, which % targets.length);
    // Counted from the newest node, which depends on more.
    chosen.set(target, sized(item(nodes, nodes.length - 1 - (a % nodes.length)), target, c));
  }
  return {
    state: [step, p, ...others],
    input,
    program: {
      updates: [...chosen, [step, ops.increment(step)]],
      outputs: outputs.map((i) => item(nodes, i % nodes.length)),
    },
  };
}

const draw = fc.tuple(fc.nat(999), fc.nat(999), fc.nat(999), fc.nat(999));
const draws = [
  fc.array(draw, { maxLength: 20 }),
  fc.array(draw, { maxLength: 8 }),
  fc.array(fc.nat(999), { maxLength: 4 }),
] as const;

/** Checks random programs; a failure shows what they were built from. */
function forAll(seed: number, check: (built: Built) => void): void {
  const property = fc.property(...draws, (draws, updates, outputs) => check(build(draws, updates, outputs)));
  fc.assert(property, { numRuns: 400, seed });
}

const memoryOf = (node: Node): Node => (node.alias ? memoryOf(node.alias.of) : node);
const isState = (node: Node): boolean => memoryOf(node).leaf?.zone === 'state';

function initial({ type, shape }: Node, seed: number): Values {
  const random = generator(seed);
  return type === 'i32' ? Int32Array.of(seed) : Float32Array.from(range(size(shape), () => 2 * random() - 1));
}

/** All state and then all outputs that are not state, after each of some runs. */
function expected({ state, input, program: { updates, outputs } }: Built, runs: number): number[][][] {
  const values = new Map(state.map((node, i) => [node, initial(node, i)]));
  return range(runs, (run) => {
    const given = new Map(values).set(input, initial(input, 100 + run));
    const results = interpret(
      [...updates.map(([, value]) => value), ...outputs.filter((node) => !isState(node))],
      given,
    );
    for (const [i, [target]] of updates.entries()) {
      values.get(memoryOf(target))?.set(item(results, i), target.alias?.offset ?? 0);
    }
    return [...values.values(), ...results.slice(updates.length)].map((result) => Array.from(result));
  });
}

function actual({ state, input, program }: Built, runs: number, strategy: Strategy): number[][][] {
  const machine = new Machine(state, { run: program }, strategy);
  const readsInput = topological([...program.updates.flat(), ...program.outputs]).includes(input);
  for (const [i, node] of state.entries()) machine.view(node).set(initial(node, i));
  return range(runs, (run) => {
    if (readsInput) machine.view(input).set(initial(input, 100 + run));
    machine.run('run');
    const outputs = program.outputs.filter((node) => !isState(node));
    return [...state, ...outputs].map((node) => Array.from(machine.view(node)));
  });
}

describe('a random program', { timeout: 60_000 }, () => {
  it('has no buffers that overlap while both are needed', () => {
    forAll(2, ({ program }) => {
      expect(overlaps(place(schedule(program)).buffers, firstFit)).toBe(0);
    });
  });

  it.each([
    ['fused, memory shared', {}],
    ['fused, memory unshared', { planner: unshared }],
    ['apart, memory shared', { fuser: apart }],
  ] as const)('gives what its kernels give with all values apart: %s', { timeout: 60_000 }, (_, strategy) => {
    forAll(3, (built) => {
      expect(actual(built, 3, strategy)).toEqual(expected(built, 3));
    });
  });
});

describe('all values are computed from the old state, then all targets are assigned', () => {
  const [a, b, c] = [leaf('state', 'a', [3]), leaf('state', 'b', [3]), leaf('state', 'c', [3])];
  const [long, longer] = [leaf('state', 'long', [6]), leaf('state', 'longer', [12])];
  const sum = ops.add(a, b);

  it.each<[string, readonly Update[]]>([
    [
      'two states are swapped',
      [
        [a, b],
        [b, a],
      ],
    ],
    [
      'two states are swapped, one of them computed',
      [
        [a, ops.negate(b)],
        [b, ops.negate(a)],
      ],
    ],
    [
      'three states change places',
      [
        [a, b],
        [b, c],
        [c, a],
      ],
    ],
    [
      'a chain',
      [
        [a, ops.add(a, 1)],
        [b, ops.add(b, ops.add(a, 1))],
        [c, ops.add(c, ops.add(b, ops.add(a, 1)))],
      ],
    ],
    [
      'a value reads what an earlier update assigns',
      [
        [a, ops.negate(a)],
        [b, ops.multiply(a, a)],
      ],
    ],
    [
      'a value reads what a later update assigns',
      [
        [b, ops.multiply(a, a)],
        [a, ops.negate(a)],
      ],
    ],
    [
      'one value for two targets',
      [
        [a, sum],
        [b, sum],
      ],
    ],
    [
      'one value for two targets, neither read',
      [
        [b, ops.negate(c)],
        [a, ops.negate(c)],
      ],
    ],
    ['a value that is a leaf', [[a, b]]],
    [
      'a value that is the target',
      [
        [a, a],
        [b, ops.reshape(b, [3, 1])],
      ],
    ],
    [
      'a value that is a part',
      [
        [a, ops.slice(long, 2, [3])],
        [b, ops.slice(long, 3, [3])],
      ],
    ],
    ['a value that is a part of a computed one', [[a, ops.slice(ops.concatenate([a, b]), 2, [3])]]],
    [
      'a value that is a part of a concatenation',
      [
        [a, ops.negate(b)],
        [long, ops.concatenate([ops.negate(b), ops.negate(c)])],
      ],
    ],
    [
      'parts of the target in another order',
      [[long, ops.concatenate([ops.slice(long, 3, [3]), ops.slice(long, 0, [3])])]],
    ],
    ['the target and a part of it', [[long, ops.add(long, ops.slice(long, 0, [1]))]]],
    ['the target twice', [[a, ops.multiply(a, ops.reshape(a, [1, 3]))]]],
    ['a target that is a part', [[ops.slice(long, 3, [3]), ops.negate(a)]]],
    ['a target that is a part of what is read', [[ops.slice(long, 3, [3]), ops.negate(ops.slice(long, 3, [3]))]]],
    [
      'two halves are swapped',
      [
        [ops.slice(long, 0, [3]), ops.slice(long, 3, [3])],
        [ops.slice(long, 3, [3]), ops.slice(long, 0, [3])],
      ],
    ],
    [
      'a row of the target is added to all of its rows',
      [[long, ops.add(ops.reshape(long, [2, 3]), ops.slice(long, 0, [1, 3]))]],
    ],
    ['what is read overlaps with the target', [[ops.slice(longer, 4, [8]), ops.negate(ops.slice(longer, 0, [8]))]]],
    [
      'two halves are added',
      [
        [ops.slice(long, 0, [3]), ops.add(ops.slice(long, 0, [3]), ops.slice(long, 3, [3]))],
        [ops.slice(long, 3, [3]), ops.negate(ops.slice(long, 3, [3]))],
      ],
    ],
  ])('%s', (_, updates) => {
    const built = { state: [a, b, c, long, longer], input: root, program: { updates, outputs: [] } };
    expect(actual(built, 2, {})).toEqual(expected(built, 2));
    expect(actual(built, 2, { planner: unshared })).toEqual(expected(built, 2));
    expect(actual(built, 2, { fuser: apart })).toEqual(expected(built, 2));
  });

  it('n runs at once are n runs', () => {
    const state = [a, b];
    const program = {
      updates: [
        [a, b],
        [b, ops.subtract(a, ops.multiply(b, 0.5))],
      ] as const,
      outputs: [],
    };
    const [once, many] = [new Machine(state, { run: program }), new Machine(state, { run: program })];
    for (const machine of [once, many])
      for (const [i, node] of state.entries()) machine.view(node).set(initial(node, i));
    for (let i = 0; i < 17; i++) once.run('run');
    many.run('run', 17);
    expect(many.state).toEqual(once.state);
  });
});

describe('what is saved', () => {
  it('an update is computed right over its target', () => {
    const p = leaf('state', 'p', [100]);
    const value = ops.subtract(p, ops.multiply(ops.tanh(p), 0.1));
    expect(place(schedule({ updates: [[p, value]], outputs: [] })).place(value)).toEqual({ root: p, offset: 0 });
  });

  it('the parts of a concatenation are computed where they stand', () => {
    const x = data('x', new Float32Array(12), [3, 4]);
    const parts = [ops.tanh(x), ops.sumRows(x)];
    const whole = ops.concatenate(parts);
    const { place: placeOf, buffers } = place(schedule({ updates: [], outputs: [whole] }));
    expect(parts.map(placeOf)).toEqual([
      { root: whole, offset: 0 },
      { root: whole, offset: 48 },
    ]);
    expect(buffers.map(({ bytes }) => bytes)).toEqual([64]);
  });

  it('equal computations are made once', () => {
    const x = data('x', new Float32Array(4), [2, 2]);
    const twice = [ops.tanh(ops.add(x, 1)), ops.tanh(ops.add(x, 1))];
    expect(schedule({ updates: [], outputs: twice }).passes.flatMap(({ nodes }) => nodes.map(({ op }) => op))).toEqual([
      'add',
      'tanh',
    ]);
  });

  it('computations that differ in shape, attributes or operands are not merged', () => {
    const x = data('x', new Float32Array(4), [2, 2]);
    const outputs = [
      ops.slice(x, 0, [1]),
      ops.slice(x, 1, [1]),
      ops.matmul(x, x),
      ops.matmul(x, x, { a: true }),
      ops.subtract(x, 1),
      ops.subtract(1, x),
      ops.multiply(x, 0),
      ops.multiply(x, -0),
    ].map((node) => ops.copy(node));
    const { merged } = schedule({ updates: [], outputs });
    expect(new Set(outputs.map(merged)).size).toBe(outputs.length);
  });
});
