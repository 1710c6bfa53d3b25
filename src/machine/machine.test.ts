// The block of memory and its programs: zones, snapshots, listings, and what is refused.

import { describe, expect, it } from 'vitest';
import { data, leaf, type Node, node } from '../graph/node.ts';
import * as ops from '../graph/ops/index.ts';
import type { Program } from '../graph/program.ts';
import { evaluate } from '../testing/evaluate.ts';
import { HEADER_BYTES, layout } from './layout.ts';
import { Machine } from './machine.ts';

const step = leaf('state', 'step', [], 'i32');
const p = leaf('state', 'p', [3]);
const x = data('x', Float32Array.of(1, 2, 3), [3]);
const bytes = data('bytes', Uint8Array.of(7, 8, 9), [3]);

const train: Program = {
  updates: [
    [step, ops.increment(step)],
    [p, ops.add(p, ops.multiply(x, ops.toFloat(step)))],
  ],
  outputs: [],
};
const square = ops.square(p);
const programs = { train, look: { updates: [], outputs: [square, ops.copy(bytes)] } };

describe('the layout', () => {
  const { state, code, data: leaves, address, bytes: total } = layout([step, p], programs, () => 0);

  it('has the zones header, state, data, code, transient, in this order', () => {
    expect([state.start, state.end]).toEqual([HEADER_BYTES, HEADER_BYTES + 4 + 12]);
    expect([step, p].map(address)).toEqual([HEADER_BYTES, HEADER_BYTES + 4]);
    const dataAddresses = leaves.map(address);
    expect(Math.min(...dataAddresses)).toBeGreaterThanOrEqual(state.end);
    expect(code.train.start).toBeGreaterThan(Math.max(...dataAddresses));
    expect(code.look.start).toBeGreaterThanOrEqual(code.train.end);
    expect(address(square)).toBeGreaterThanOrEqual(code.look.end);
    expect(total).toBeGreaterThanOrEqual(address(square) + 12);
  });

  it('holds every leaf of data once, and every constant, 0 and −0 apart', () => {
    const outputs = [ops.add(x, 2), ops.subtract(x, 2), ops.multiply(x, 0), ops.multiply(x, -0)];
    const both = { a: { updates: [], outputs }, b: { updates: [], outputs } };
    const names = layout([], both, () => 0).data.map(({ name }) => name);
    expect(names.sort()).toEqual(['0', '0', '2', 'x']);
  });

  it('knows the length of the code before it knows where transient memory begins', () => {
    // The second value lies 64 bytes into transient memory, its target at the address 64.
    const [q, r] = [leaf('state', 'q', [4]), leaf('state', 'r', [16])];
    const program: Program = {
      updates: [
        [r, ops.softmax(r)],
        [q, ops.softmax(q)],
      ],
      outputs: [],
    };
    const { code } = layout([q, r], { a: program, b: program, c: program, d: program }, () => 0);
    expect(code.b.start).toBeGreaterThanOrEqual(code.a.end);
    expect(code.d.start).toBeGreaterThanOrEqual(code.c.end);
  });

  it('refuses state that is not named', () => {
    expect(() => layout([step], { train }, () => 0)).toThrow(
      'layout: p is not in the state zone; name it in the list of the state',
    );
  });
});

describe('a machine', () => {
  it('starts with state of zeros and with the values of its data', () => {
    const machine = new Machine([step, p], programs);
    expect(machine.state).toEqual(new Uint8Array(16));
    expect(machine.view(x)).toEqual(Float32Array.of(1, 2, 3));
    expect(machine.view(bytes)).toEqual(Uint8Array.of(7, 8, 9));
  });

  it('runs a program n times', () => {
    const machine = new Machine([step, p], programs);
    machine.run('train', 4);
    machine.run('train', 0);
    machine.run('train');
    expect(machine.view(step)).toEqual(Int32Array.of(5));
    expect(machine.view(p)).toEqual(Float32Array.of(10, 20, 30));
    machine.run('look');
    expect(machine.view(square)).toEqual(Float32Array.of(100, 400, 900));
  });

  it('has the state zone as its snapshot: written into another machine, it goes on there', () => {
    const [one, other] = [new Machine([step, p], programs), new Machine([step, p], programs)];
    one.run('train', 3);
    expect(new Int32Array(one.state.slice(0, 4).buffer)).toEqual(Int32Array.of(3));
    expect(new Float32Array(one.state.slice(4).buffer)).toEqual(Float32Array.of(3, 6, 9));
    other.state.set(one.state);
    for (const machine of [one, other]) machine.run('train', 2);
    expect(other.state).toEqual(one.state);
  });

  it('shows parts of state by their views, which stay valid', () => {
    const part = ops.slice(p, 1, [2]);
    const machine = new Machine([step, p], { train, other: { updates: [], outputs: [part] } });
    const view = machine.view(part);
    machine.run('train', 2);
    expect(view).toEqual(Float32Array.of(2, 3));
  });

  it('lists a program, one line per node and per update, indented within a pass', () => {
    expect(new Machine([step, p], programs).listing('train')).toEqual([
      '%0 increment step[]i32 -> []i32',
      '%1 toFloat step[]i32 -> []',
      '%2 multiply x[3] %1[] -> [3]',
      '  %3 add p[3] %2[3] -> [3]',
      'step[]i32 <- %0',
      'p[3] <- %3',
    ]);
  });

  it('keeps programs apart that have a node in common', () => {
    const ones = data('ones', new Float32Array(64).fill(1));
    const [shared, wide] = [ops.negate(x), ops.softmax(ones)];
    const total = ops.add(ops.sum(wide), ops.sum(shared));
    const machine = new Machine([], {
      a: { updates: [], outputs: [shared] },
      b: { updates: [], outputs: [wide, total] },
    });
    machine.run('b');
    expect(machine.view(wide)).toEqual(new Float32Array(64).fill(1 / 64));
    expect(machine.view(total)).toEqual(Float32Array.of(-5));
    machine.run('a');
    expect(machine.view(shared)).toEqual(Float32Array.of(-1, -2, -3));
  });

  it('gives the value of an output that was merged with another', () => {
    const twice = [ops.negate(x), ops.negate(x), ops.reshape(ops.negate(x), [3, 1]), x];
    expect(evaluate(twice)).toEqual([
      [-1, -2, -3],
      [-1, -2, -3],
      [-1, -2, -3],
      [1, 2, 3],
    ]);
  });
});

describe('what is refused', () => {
  const broken: Node = node({ op: 'broken', inputs: [], shape: [], emit: (_, y) => [['nonsense', y]] });

  it.each<[string, () => unknown]>([
    [
      'Machine: 8.0 GiB of memory needed, at most 4 can be had; use smaller data or batches',
      () => new Machine([leaf('state', 'large', [2 ** 31])], {}),
    ],
    ["instantiate: the core has no kernel 'nonsense'; build it again", () => evaluate([broken])],
    [
      'schedule: an update of p [3] cannot be [2]',
      () => new Machine([p], { a: { updates: [[p, ops.slice(x, 0, [2])]], outputs: [] } }),
    ],
    [
      'schedule: an update of step [] cannot be []',
      () => new Machine([step], { a: { updates: [[step, ops.toFloat(step)]], outputs: [] } }),
    ],
    [
      'schedule: x cannot be updated: it is no state, or is updated twice',
      () => new Machine([p], { a: { updates: [[x, ops.negate(x)]], outputs: [] } }),
    ],
    [
      'schedule: end of p cannot be updated: it is no state, or is updated twice',
      () => {
        const end = ops.slice(p, 1, [2], 'end of p');
        const updates = [[p, ops.negate(p)] as const, [end, ops.negate(end)] as const];
        new Machine([p], { a: { updates, outputs: [] } });
      },
    ],
    [
      'layout: input lies at different places in different programs; build it anew for each',
      () => {
        const [shared, first] = [leaf('input', 'input', [2]), leaf('input', 'first', [64])];
        const both = ops.add(ops.sum(first), ops.sum(shared));
        new Machine([], {
          a: { updates: [], outputs: [ops.negate(shared)] },
          b: { updates: [], outputs: [both] },
        });
      },
    ],
    [
      'layout: negate is not kept after its program has run',
      () => new Machine([step, p], programs).view(ops.negate(p)),
    ],
  ])('%s', (message, build) => {
    expect(build).toThrow(message);
  });
});
