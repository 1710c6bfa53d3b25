// The value of a node, by its kernels but without a machine: every node is computed into memory of its own,
// between guard bytes, nothing is merged or shared or computed in place. What the planning of memory is compared with.

import { coreModule } from '#wasm';
import type { Node } from '../graph/node.ts';
import { size, WHOLE } from '../graph/node.ts';
import { topological } from '../graph/topological.ts';
import { moduleOf } from '../machine/code.ts';
import { apart, type Pass } from '../machine/fuse.ts';
import { fused, type Kernel } from '../machine/kernel.ts';
import { HEADER_BYTES, REVECTORIZED, SLACK_BYTES } from '../machine/layout.ts';
import { viewOf } from '../machine/machine.ts';
import { instantiate } from '../machine/wasm.ts';

export type Values = Float32Array | Int32Array | Uint8Array;

const memory = new WebAssembly.Memory({ initial: 512 });
const core = instantiate(coreModule(), memory);
const bytes = new Uint8Array(memory.buffer);

/** Kernels that were made for single nodes, in the order of their slots. */
const made = new Map<Kernel, number>();

function slot(kernel: string | Kernel): number {
  if (typeof kernel === 'string') return core.slot(kernel);
  const known = made.get(kernel);
  if (known !== undefined) return known;
  core.extend(new WebAssembly.Module(moduleOf([kernel.body])));
  const next = core.free + made.size;
  made.set(kernel, next);
  return next;
}

const CODE = HEADER_BYTES;
const FIRST = 4096;
const GUARD = 0xa5;
/** Blocks are that far apart, and begin at odd multiples of 4: kernels must not rely on more alignment. */
const GUARD_BYTES = 132;

/**
 * The values of nodes, given those of their leaves.
 *
 * @param atEnd lies at the end of the memory, where reading on beyond the slack is an error
 * @param isRevectorized whether kernels choose what suits vectors of 256 bits
 * @throws when an instruction writes outside of its output and its scratch memory
 */
export function interpret(
  ends: readonly Node[],
  given: ReadonlyMap<Node, Values> = new Map(),
  atEnd?: Node,
  isRevectorized = false,
): Values[] {
  new Uint32Array(memory.buffer, REVECTORIZED, 1)[0] = isRevectorized ? 1 : 0;
  let end = FIRST;
  const blocks: { readonly start: number; readonly end: number }[] = [];
  const allocate = (length: number): number => {
    const start = end + GUARD_BYTES;
    if (start + length + GUARD_BYTES > bytes.length) throw new Error('interpret: the memory is too small for this');
    bytes.fill(GUARD, end, start + Math.ceil(length / 64) * 64 + GUARD_BYTES);
    bytes.fill(0, start, start + length);
    end = start + Math.ceil(length / 64) * 64;
    blocks.push({ start, end: start + length });
    return start;
  };
  const addresses = new Map<Node, number>();
  const at = (node: Node): number => {
    if (node.alias) return at(node.alias.of) + node.alias.offset * (node.type === 'u8' ? 1 : 4);
    const address = addresses.get(node);
    if (address === undefined) throw new Error(`interpret: ${node.op} is used before it is computed`);
    return address;
  };
  const view = (node: Node): Values => viewOf(memory.buffer, at(node), node);
  const passes = (nodes: readonly Node[]): Pass[] => apart(nodes, (node) => node, []);
  for (const node of topological(ends)) {
    if (node.alias) continue;
    const length = size(node.shape) * (node.type === 'u8' ? 1 : 4);
    addresses.set(node, node === atEnd ? bytes.length - SLACK_BYTES - length : allocate(length));
    const values = given.get(node) ?? node.leaf?.values;
    if (values) view(node).set(values);
    const before = blocks.map((block) => bytes.slice(block.start, block.end));
    const scratch = allocate(node.scratchBytes ?? 0);
    const calls =
      node.emit?.(at, at(node), scratch, WHOLE) ?? (node.lanes ? passes([node]).map((pass) => fused(pass, at)) : []);
    const words = calls.flatMap(([kernel, ...operands]) => [slot(kernel), 4 * (2 + operands.length), ...operands]);
    const start = CODE + 8;
    new Uint32Array(memory.buffer, CODE, 2 + words.length).set([start, start + 4 * words.length, ...words]);
    core.run(CODE, 1);
    for (const [i, old] of before.entries()) {
      const block = blocks[i];
      if (!block || block.start === at(node)) continue;
      if (old.some((byte, k) => byte !== bytes[block.start + k]))
        throw new Error(`interpret: ${node.op} wrote into an input`);
    }
  }
  for (const [i, { end: from }] of blocks.entries()) {
    const to = blocks[i + 1]?.start ?? end + GUARD_BYTES;
    if (bytes.subarray(from, to).some((byte) => byte !== GUARD)) {
      throw new Error('interpret: an instruction wrote outside of its memory');
    }
  }
  return ends.map((node) => view(node).slice());
}
