// Lays programs out in linear memory and turns them into instructions. Four zones, in this order:
//
//   header     no data lies at address 0, but whether vectors of 256 bits are at hand, for kernels to choose their tiles,
//              and what threads agree on; from byte 64 on (asconfig.json) the numbers that kernels compute with
//   state      what training changes, without gaps: its bytes are the snapshot
//   data       what never changes: the training set, constants, the instructions themselves
//   transient  results on the way; all programs share it

import type { Call, Node, Share } from '../graph/node.ts';
import type { Program } from '../graph/program.ts';
import { type Fuser, fuse, type Pass } from './fuse.ts';
import { fused, type Kernel, sharesOf } from './kernel.ts';
import { type Buffer, bytesOf, place } from './place.ts';
import { firstFit, type Planner } from './plan.ts';
import { type Schedule, schedule } from './schedule.ts';

export const HEADER_BYTES = 1024;

/** Address of the header's word that is not 0 where V8 joins pairs of vectors; the same stands in assembly/instruction.ts. */
export const REVECTORIZED = 0;
const ALIGNMENT = 64;

/** Kernels may read, though never use, what lies up to a vector beyond their operands. */
export const SLACK_BYTES = 64;

/** As a node emits it, or with a kernel that was made for a pass. */
type Instruction = Call | ReturnType<typeof fused>;

/** How programs are made quick and small. No strategy changes a bit of what they compute. */
export interface Strategy {
  readonly planner?: Planner;
  readonly fuser?: Fuser;
  /** How many run a program together, each a list of instructions of its own. Default: 1. */
  readonly threads?: number;
}

export interface Zone {
  readonly start: number;
  readonly end: number;
}

export interface Code extends Zone {
  /** Where each thread's list begins and ends, then the lists: kernel slots, lengths and operands. */
  readonly words: Uint32Array;
  readonly schedule: Schedule;
}

export interface Layout<Name extends string> {
  readonly state: Zone;
  readonly code: Readonly<Record<Name, Code>>;
  /** Leaves of the data zone, whose values are to be written. */
  readonly data: readonly Node[];
  /** Byte address of a leaf or of a node that is still there after its program has run. */
  readonly address: (node: Node) => number;
  /** Total size of the memory. */
  readonly bytes: number;
}

/**
 * @param state what the state zone holds, in this order
 * @param slot the kernel's place in the function table
 */
export function layout<Name extends string>(
  state: readonly Node[],
  programs: Readonly<Record<Name, Program>>,
  slot: (kernel: string | Kernel) => number,
  { planner = firstFit, fuser = fuse, threads = 1 }: Strategy = {},
): Layout<Name> {
  const addresses = new Map<Node, number>();
  let end = HEADER_BYTES;
  for (const leaf of state) {
    addresses.set(leaf, end);
    end += bytesOf(leaf);
  }
  const stateZone = { start: HEADER_BYTES, end };

  const names = Object.keys(programs) as Name[];
  const parts = names.map((name) => {
    const scheduled = schedule(programs[name], fuser);
    const placement = place(scheduled);
    const scratches = scheduled.passes.flatMap(({ nodes }, i) =>
      nodes.flatMap((root): Buffer[] =>
        root.scratchBytes ? [{ root, bytes: scratchStride(root) * sharesAmong(threads, root), first: i, last: i }] : [],
      ),
    );
    const plan = planner([...placement.buffers, ...scratches]);
    const offsets = (buffers: readonly Buffer[], from: number): Map<Node, number> =>
      new Map(buffers.map(({ root }, i) => [root, plan.offsets[from + i] ?? 0]));
    return {
      name,
      scheduled,
      place: placement.place,
      offsets: offsets(placement.buffers, 0),
      scratchOffsets: offsets(scratches, placement.buffers.length),
      bytes: plan.bytes,
    };
  });

  const data: Node[] = [];
  const constants = new Map<string, number>();
  for (const leaf of parts.flatMap(({ scheduled }) => scheduled.leaves)) {
    if (leaf.leaf?.zone === 'state' && !addresses.has(leaf)) {
      throw new Error(`layout: ${leaf.name} is not in the state zone; name it in the list of the state`);
    }
    if (leaf.leaf?.zone !== 'data' || addresses.has(leaf)) continue;
    const key = leaf.op === 'constant' ? String(leaf.attributes[0]) : undefined;
    const known = key === undefined ? undefined : constants.get(key);
    if (known === undefined) {
      end = align(end, key === undefined ? ALIGNMENT : 4);
      if (key !== undefined) constants.set(key, end);
      data.push(leaf);
    }
    addresses.set(leaf, known ?? end);
    if (known === undefined) end += bytesOf(leaf);
  }

  /** The words of a program that begins at `start`, given where transient memory begins. */
  const assemble = (part: (typeof parts)[number], start: number, transient: number) => {
    const { scheduled, place, offsets, scratchOffsets } = part;
    const at = (node: Node): number => {
      const { root, offset } = place(node);
      return (addresses.get(root) ?? transient + (offsets.get(root) ?? 0)) + offset;
    };
    const scratch = (node: Node): number => transient + (scratchOffsets.get(node) ?? 0);
    const instructions = (pass: Pass, share: Share): readonly Instruction[] => {
      const [node] = pass.nodes;
      if (!node?.emit) return [fused(pass, at, share)];
      return node.emit(at, at(node), scratch(node) + share.index * scratchStride(node), share);
    };
    const shared = scheduled.passes.map((pass) => {
      const [node] = pass.nodes;
      const count = sharesAmong(threads, node?.emit ? node : { shares: sharesOf(pass) });
      return Array.from({ length: count }, (_, index) => instructions(pass, { index, count }));
    });
    const copies = scheduled.updates.flatMap(([target, value]): Call[] =>
      at(target) === at(value) ? [] : [['copy', at(target), at(value), bytesOf(target)]],
    );
    const lists = listsOf([...shared, [copies]], threads).map((list) =>
      list.flatMap(([kernel, ...operands]) => [slot(kernel), 4 * (2 + operands.length), ...operands]),
    );
    return { words: Uint32Array.from([...zonesOf(lists, start), ...lists.flat()]), at };
  };

  end = align(end, ALIGNMENT);
  const codeStarts = parts.map((part) => {
    const start = end;
    // Beyond all state and data, as in the end: what lies at the same address, and so is not copied, must be the same.
    end += assemble(part, start, end).words.byteLength;
    return start;
  });
  const transient = align(end, ALIGNMENT);
  const code = {} as Record<Name, Code>;
  // Not in `addresses`: a node may lie elsewhere in the next program.
  const kept = new Map(addresses);
  for (const [i, part] of parts.entries()) {
    const start = codeStarts[i] ?? 0;
    const { words, at } = assemble(part, start, transient);
    code[part.name] = { start, end: start + words.byteLength, words, schedule: part.scheduled };
    for (const node of [...programs[part.name].outputs, ...part.scheduled.leaves]) {
      if ((kept.get(node) ?? at(node)) !== at(node)) {
        throw new Error(
          `layout: ${node.name ?? node.op} lies at different places in different programs; build it anew for each`,
        );
      }
      kept.set(node, at(node));
    }
  }
  return {
    state: stateZone,
    code,
    data,
    address: (node) => {
      const address = kept.get(node);
      if (address === undefined) throw new Error(`layout: ${node.op} is not kept after its program has run`);
      return address;
    },
    bytes: transient + Math.max(0, ...parts.map(({ bytes }) => bytes)) + SLACK_BYTES,
  };
}

/** How many of the threads work on a node. */
function sharesAmong(threads: number, { shares = 1 }: Pick<Node, 'shares'>): number {
  return Math.max(1, Math.min(threads, shares));
}

/** From the scratch memory of one share to that of the next. */
function scratchStride({ scratchBytes = 0 }: Node): number {
  return align(scratchBytes, ALIGNMENT);
}

/**
 * A list for each thread, of passes that were divided into shares. What is not divided is done by the first thread; all wait
 * for each other between a pass and the next if more than the first one works on either, and in the end.
 */
function listsOf(passes: readonly (readonly (readonly Instruction[])[])[], threads: number): Instruction[][] {
  const lists = Array.from({ length: threads }, (): Instruction[] => []);
  const wait = (): void => {
    for (const list of lists) list.push(['barrier', threads]);
  };
  for (const [i, shares] of passes.entries()) {
    if (i > 0 && Math.max(shares.length, passes[i - 1]?.length ?? 1) > 1) wait();
    for (const [thread, share] of shares.entries()) lists[thread]?.push(...share);
  }
  if (threads > 1) wait();
  return lists;
}

/** Where lists begin and end that follow upon these words themselves. */
function zonesOf(lists: readonly (readonly number[])[], start: number): number[] {
  let end = start + 8 * lists.length;
  return lists.flatMap(({ length }) => {
    const begin = end;
    end += 4 * length;
    return [begin, end];
  });
}

function align(address: number, to: number): number {
  return Math.ceil(address / to) * to;
}
