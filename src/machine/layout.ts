// Lays programs out in linear memory and turns them into instructions. Four zones, in this order:
//
//   header     no data lies at address 0, but whether vectors of 256 bits are at hand, for kernels to choose their tiles
//   state      what training changes, without gaps: its bytes are the snapshot
//   data       what never changes: the training set, constants, the instructions themselves
//   transient  results on the way; all programs share it

import type { Call, Node } from '../graph/node.ts';
import type { Program } from '../graph/program.ts';
import { type Fuser, fuse } from './fuse.ts';
import { fused, type Kernel } from './kernel.ts';
import { type Buffer, bytesOf, place } from './place.ts';
import { firstFit, type Planner } from './plan.ts';
import { type Schedule, schedule } from './schedule.ts';

const HEADER_BYTES = 64;

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
}

export interface Zone {
  readonly start: number;
  readonly end: number;
}

export interface Code extends Zone {
  /** Kernel slots, lengths and operands. */
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
  { planner = firstFit, fuser = fuse }: Strategy = {},
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
        root.scratchBytes ? [{ root, bytes: root.scratchBytes, first: i, last: i }] : [],
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

  /** The words of a program, given where transient memory begins. */
  const assemble = ({ scheduled, place, offsets, scratchOffsets }: (typeof parts)[number], transient: number) => {
    const at = (node: Node): number => {
      const { root, offset } = place(node);
      return (addresses.get(root) ?? transient + (offsets.get(root) ?? 0)) + offset;
    };
    const scratch = (node: Node): number => transient + (scratchOffsets.get(node) ?? 0);
    const calls = [
      ...scheduled.passes.flatMap((pass): readonly Instruction[] => {
        const [node] = pass.nodes;
        return node?.emit?.(at, at(node), scratch(node)) ?? [fused(pass, at)];
      }),
      ...scheduled.updates.flatMap(([target, value]): Call[] =>
        at(target) === at(value) ? [] : [['copy', at(target), at(value), bytesOf(target)]],
      ),
    ];
    const words = calls.flatMap(([kernel, ...operands]) => [slot(kernel), 4 * (2 + operands.length), ...operands]);
    return { words: Uint32Array.from(words), at };
  };

  end = align(end, ALIGNMENT);
  const codeStarts = parts.map((part) => {
    const start = end;
    // Beyond all state and data, as in the end: what lies at the same address, and so is not copied, must be the same.
    end += assemble(part, end).words.byteLength;
    return start;
  });
  const transient = align(end, ALIGNMENT);
  const code = {} as Record<Name, Code>;
  // Not in `addresses`: a node may lie elsewhere in the next program.
  const kept = new Map(addresses);
  for (const [i, part] of parts.entries()) {
    const { words, at } = assemble(part, transient);
    const start = codeStarts[i] ?? 0;
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

function align(address: number, to: number): number {
  return Math.ceil(address / to) * to;
}
