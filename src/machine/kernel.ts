// Compiles passes of arithmetic into kernels: one loop, with everything on the way in registers. Two vectors at a time, so
// that latencies overlap and engines with wider registers can join them; then one; then what is left of the row. Constants and
// scalars are made before: V8 joins two vectors only where they share them.
//
// A kernel reads its operands from its instruction, like those of assembly/: addresses of results, addresses of inputs,
// columns, and rows where an input is broadcast along them. It depends on no size and on no value.

import type { Code } from '../graph/lanes.ts';
import { columns, type Node, rangeOf, rows, type Shape, type Share, sameShape, size, WHOLE } from '../graph/node.ts';
import {
  atLeast,
  equal,
  functionBody,
  get,
  integer,
  loadInteger,
  loadSplat,
  loadVector,
  minus,
  plus,
  repeat,
  set,
  shiftLeft,
  splat,
  storeHalf,
  storeLane,
  storeVector,
  when,
} from './code.ts';
import { type Pass, space } from './fuse.ts';

export interface Kernel {
  /** A function (i32) → (). */
  readonly body: Code;
}

/** How an input fills the shape of the pass. */
type Filling = 'whole' | 'row' | 'column' | 'scalar';

function filling(from: Shape, to: Shape): Filling {
  if (sameShape(space(from), space(to))) return 'whole';
  if (size(from) === 1) return 'scalar';
  return rows(from) === 1 ? 'row' : 'column';
}

/** Kernels by what they compute: equal ones are one, compiled once. */
const known = new Map<string, Kernel>();

/** Operations by a number, for those keys. */
const numbers = new Map<Node['lanes'], number>();

function numberOf({ lanes }: Node): number {
  const number = numbers.get(lanes) ?? numbers.size;
  numbers.set(lanes, number);
  return number;
}

/** Elements that are worth a thread: some µs. */
const SHARE = 2 ** 14;

/** How each input fills the shape of the pass. */
function fillingsOf({ inputs, results }: Pass): Map<Node, Filling> {
  return new Map(inputs.map((input) => [input, filling(input.shape, results[0]?.shape ?? [])]));
}

/** Whether nothing is broadcast along rows or columns: then a pass is one long row. */
function isFlat(fillings: ReadonlyMap<Node, Filling>): boolean {
  return [...fillings.values()].every((way) => way === 'whole' || way === 'scalar');
}

/** Into how many shares a pass of arithmetic can be divided with profit. */
export function sharesOf(pass: Pass): number {
  const { shape } = pass.results[0] ?? { shape: [] };
  // Where something is broadcast, rows stay whole.
  const most = isFlat(fillingsOf(pass)) ? Number.POSITIVE_INFINITY : rows(shape);
  return Math.min(Math.floor(size(shape) / SHARE), most);
}

/**
 * The instruction for a pass of arithmetic.
 *
 * @param at the address of a node
 */
export function fused(
  pass: Pass,
  at: (node: Node) => number,
  share: Share = WHOLE,
): readonly [kernel: Kernel, ...operands: number[]] {
  const { nodes, inputs, results, operand } = pass;
  const shape = results[0]?.shape ?? [];
  const fillings = fillingsOf(pass);
  const flat = isFlat(fillings);
  const places = new Map([...inputs, ...nodes].map((node, i) => [node, i]));
  const placesOf = (some: readonly Node[]): string => some.map((node) => places.get(node)).join();
  const steps = nodes.map(
    (node) => `${numberOf(node)}(${placesOf(node.inputs.map(operand))})${filling(node.shape, shape)}`,
  );
  const key = [...fillings.values(), ...steps, placesOf(results)].join(' ');
  const kernel = known.get(key) ?? { body: kernelBody(pass, fillings) };
  known.set(key, kernel);
  // Whole lines of the cache, or whole rows.
  const [start, end] = flat ? rangeOf(share, size(shape), 16) : rangeOf(share, rows(shape), 1);
  const bytesBefore = { whole: 4 * start * (flat ? 1 : columns(shape)), column: 4 * start, row: 0, scalar: 0 };
  const addresses = [...results, ...inputs].map((node) => at(node) + bytesBefore[fillings.get(node) ?? 'whole']);
  return [kernel, ...addresses, ...(flat ? [end - start] : [columns(shape), end - start])];
}

const INSTRUCTION = 0;
const UNROLLED = 2;

/** Operands come after an instruction's own two words. */
function operandAt(i: number): Code {
  return loadInteger(get(INSTRUCTION), 4 * (2 + i));
}

function kernelBody(pass: Pass, fillings: ReadonlyMap<Node, Filling>): Code {
  const { nodes, inputs, results, operand } = pass;
  const filled = (way: Filling): Node[] => inputs.filter((input) => fillings.get(input) === way);
  const [whole, row, column, scalar] = [filled('whole'), filled('row'), filled('column'), filled('scalar')];
  const isInvariant = (node: Node): boolean => size(node.shape) < size(results[0]?.shape ?? []);
  const invariant = nodes.filter(isInvariant);
  const varying = nodes.filter((node) => !isInvariant(node));

  // 0 and −0 are two.
  const constants = nodes
    .flatMap(({ lanes }) => lanes?.constants ?? [])
    .filter((x, i, all) => all.findIndex((y) => Object.is(x, y)) === i);

  // Locals: the instruction, a pointer for each operand, sizes, then vectors.
  const pointers = new Map([...results, ...inputs].map((node, i) => [node, 1 + i]));
  const pointer = (node: Node): number => pointers.get(node) ?? INSTRUCTION;
  const c = 1 + pointers.size;
  const [r, left] = [c + 1, c + 2];
  let locals = left + 1;
  const vectors = (some: readonly Node[]): Map<Node, number> => new Map(some.map((node) => [node, locals++]));
  const held = vectors([...column, ...scalar, ...invariant]);
  const firstConstant = locals;
  locals += constants.length;
  const constantAt = (x: number): number => firstConstant + constants.findIndex((y) => Object.is(x, y));
  const lanes = Array.from({ length: UNROLLED }, () => new Map([...held, ...vectors([...whole, ...row, ...varying])]));
  const of = (vectors: ReadonlyMap<Node, number>, node: Node): number => vectors.get(node) ?? INSTRUCTION;

  const compute = (some: readonly Node[], vectors: ReadonlyMap<Node, number>): Code =>
    some.flatMap((node) => {
      const values = node.inputs.map((input) => get(of(vectors, operand(input))));
      const fixed = (node.lanes?.constants ?? []).map((x) => get(constantAt(x)));
      return set(of(vectors, node), node.lanes?.(...values, ...fixed) ?? []);
    });
  const move = (some: readonly Node[], bytes: Code): Code =>
    some.flatMap((node) => set(pointer(node), plus(get(pointer(node)), bytes)));

  /** Loads and computes that many vectors; `store` puts each where it belongs. All loads come before all stores. */
  const someVectors = (count: number, store: (at: Code, offset: number, x: Code) => Code): Code => {
    const used = [...lanes.slice(0, count).entries()];
    return [
      ...[...whole, ...row].flatMap((node) =>
        used.flatMap(([i, own]) => set(of(own, node), loadVector(get(pointer(node)), 16 * i))),
      ),
      ...used.flatMap(([, own]) => compute(varying, own)),
      ...results.flatMap((node) => used.flatMap(([i, own]) => store(get(pointer(node)), 16 * i, get(of(own, node))))),
    ];
  };
  /** As long as there is that much of the row. */
  const vectorsOfRow = (count: number): Code => [
    ...someVectors(count, storeVector),
    ...move([...results, ...whole, ...row], integer(16 * count)),
    ...set(left, minus(get(left), integer(4 * count))),
  ];
  const enough = (count: number): Code => atLeast(get(left), integer(4 * count));
  /** One to three elements; the lanes beyond are computed along and dropped. */
  const storeRest = (at: Code, _: number, x: Code): Code =>
    when(equal(get(left), integer(1)), storeLane(at, 0, x, 0), [
      ...storeHalf(at, x),
      ...when(equal(get(left), integer(3)), storeLane(at, 8, x, 2)),
    ]);
  const oneRow = [
    ...set(left, get(c)),
    ...when(enough(UNROLLED), repeat(vectorsOfRow(UNROLLED), enough(UNROLLED))),
    ...when(enough(1), vectorsOfRow(1)),
    ...when(get(left), someVectors(1, storeRest)),
  ];
  const bytes = (elements: number): Code => shiftLeft(get(elements), integer(2));
  const everyRow = [
    ...column.flatMap((node) => set(of(held, node), loadSplat(get(pointer(node))))),
    ...move(column, integer(4)),
    ...oneRow,
    ...move([...results, ...whole], bytes(left)),
    // Back to where the row began.
    ...move(row, minus(bytes(left), bytes(c))),
    ...set(r, minus(get(r), integer(1))),
  ];
  const code = [
    ...[...pointers.values()].flatMap((local) => set(local, operandAt(local - 1))),
    ...constants.flatMap((x) => set(constantAt(x), splat(x))),
    ...scalar.flatMap((node) => set(of(held, node), loadSplat(get(pointer(node))))),
    ...compute(invariant, held),
    ...set(c, operandAt(pointers.size)),
    ...(isFlat(fillings) ? oneRow : [...set(r, operandAt(pointers.size + 1)), ...repeat(everyRow, get(r))]),
  ];
  return functionBody(left, locals - left - 1, code);
}
