// A node of the expression graph: what is computed, not how or when. Operations are functions from
// nodes to nodes; each returns one record that holds its shape, its derivative and its instructions.

import type { Lanes } from './lanes.ts';

/** Sizes of the axes, row-major; `[]` is a scalar. Kernels see the last axis as columns, all others as rows. */
export type Shape = readonly number[];

export type ElementType = 'f32' | 'i32' | 'u8';

/** One instruction: the kernel's name and its operands (byte addresses, sizes, strides). */
export type Call = readonly [kernel: string, ...operands: number[]];

/** Where memory that is not computed comes from. */
export interface Leaf {
  /** `state` is what training changes and a snapshot keeps, `data` never changes, `input` is written before each run. */
  readonly zone: 'state' | 'data' | 'input';
  /** What the memory holds at first; zeros when absent. */
  readonly values?: Float32Array | Int32Array | Uint8Array;
}

/** A part of a node's work, numbered from 0: threads compute parts at the same time. */
export interface Share {
  readonly index: number;
  readonly count: number;
}

/** Everything. */
export const WHOLE: Share = { index: 0, count: 1 };

/** Where a share of `size` equal things begins and ends: at multiples of `multiple`, but for the last end. */
export function rangeOf({ index, count }: Share, size: number, multiple: number): [start: number, end: number] {
  const pieces = Math.ceil(size / multiple);
  const at = (index: number): number => Math.min(size, Math.floor((pieces * index) / count) * multiple);
  return [at(index), at(index + 1)];
}

export interface Node {
  readonly op: string;
  /** How people call it; every leaf has one. */
  readonly name?: string;
  readonly inputs: readonly Node[];
  /** What distinguishes this node from others of the same op and inputs; nodes equal in all of these are merged. */
  readonly attributes: readonly (number | string)[];
  readonly shape: Shape;
  readonly type: ElementType;
  /** Present on nodes that are memory and not a computation. */
  readonly leaf?: Leaf;
  /** Present on nodes that are a part of another node's memory, `offset` elements into it. */
  readonly alias?: { readonly of: Node; readonly offset: number };
  /** The gradient for each input, given that of this node; `undefined` where there is none. */
  readonly vjp?: (gradient: Node, self: Node) => readonly (Node | undefined)[];
  /** The instructions for a share, given where every node, the result and the scratch memory lie. */
  readonly emit?: (at: (node: Node) => number, output: number, scratch: number, share: Share) => readonly Call[];
  /** Into how many shares the work can be divided with profit, each with scratch memory of its own. Absent: 1. */
  readonly shares?: number;
  /**
   * In place of instructions: four elements of the output, given four of each input. Such a node has `inPlace`, its inputs
   * are of its shape or broadcast to it, and it is computed in one pass with others of its kind (machine/fuse.ts).
   */
  readonly lanes?: Lanes;
  /** Whether the output may be written over an input of the same shape: element i depends on element i alone. */
  readonly inPlace?: boolean;
  /** Whether inputs may be computed right into their part of the output. */
  readonly gathers?: boolean;
  /** The input that says where to look: its elements must be whole numbers from 0 up to, but not including, `below`. */
  readonly indices?: { readonly input: number; readonly below: number };
  /** Whether inputs may be integers; else all must be float32. */
  readonly takesIntegers?: boolean;
  /** Bytes of scratch memory that the instructions need. */
  readonly scratchBytes?: number;
}

type Defaults = 'attributes' | 'type';
type NodeRecord = Omit<Node, Defaults> & Partial<Pick<Node, Defaults>>;

export function node(record: NodeRecord): Node {
  const integer = record.takesIntegers ? undefined : record.inputs.find(({ type = 'f32' }) => type !== 'f32');
  if (integer)
    throw new Error(`${record.op}: inputs must be float32, got ${integer.type} from ${integer.name ?? integer.op}`);
  return { attributes: [], type: 'f32', ...record };
}

/** Memory that is read, and in the state zone also updated, by programs. */
export function leaf(zone: Leaf['zone'], name: string, shape: Shape, type: ElementType = 'f32'): Node {
  return node({ op: 'leaf', name, inputs: [], shape, type, leaf: { zone } });
}

/** Immutable memory that holds given values: `shape` defaults to one axis. */
export function data(
  name: string,
  values: Float32Array | Int32Array | Uint8Array,
  shape: Shape = [values.length],
): Node {
  const type = values instanceof Float32Array ? 'f32' : values instanceof Int32Array ? 'i32' : 'u8';
  return node({ op: 'leaf', name, inputs: [], shape, type, leaf: { zone: 'data', values } });
}

/** The scalar `value`, rounded to float32. */
export function constant(value: number): Node {
  return node({
    op: 'constant',
    name: String(value),
    inputs: [],
    attributes: [Object.is(value, -0) ? '-0' : value],
    shape: [],
    leaf: { zone: 'data', values: Float32Array.of(value) },
  });
}

/** A number stands for a constant wherever a node is expected. */
export type Operand = Node | number;

export function asNode(operand: Operand): Node {
  if (typeof operand === 'number') return constant(operand);
  if (!operand?.shape) throw new Error(`operand: must be a number or a node, got ${String(operand)}`);
  return operand;
}

/** Whether a program has to compute it; else it is memory, or a part of another node's. */
export function isComputed(node: Node): boolean {
  return node.emit !== undefined || node.lanes !== undefined;
}

export function isConstant(node: Node, value: number): boolean {
  return node.op === 'constant' && node.attributes[0] === value;
}

export function size(shape: Shape): number {
  return shape.reduce((product, axis) => product * axis, 1);
}

/** Length of the last axis; 1 for a scalar. */
export function columns(shape: Shape): number {
  return shape.at(-1) ?? 1;
}

/** Product of all axes but the last. */
export function rows(shape: Shape): number {
  return size(shape.slice(0, -1));
}

export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((axis, i) => axis === b[i]);
}

/** As in messages: `[4, 3]`. */
export function showShape(shape: Shape): string {
  return `[${shape.join(', ')}]`;
}
