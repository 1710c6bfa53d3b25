// A block of linear memory and the programs that run over it. Memory is created once, at its final size.

import { coreModule, isRevectorized, threads } from '#wasm';
import type { Node } from '../graph/node.ts';
import { size } from '../graph/node.ts';
import { printNodes } from '../graph/print.ts';
import type { Program } from '../graph/program.ts';
import { moduleOf } from './code.ts';
import type { Kernel } from './kernel.ts';
import { type Layout, layout, REVECTORIZED, type Strategy } from './layout.ts';
import { type Core, instantiate } from './wasm.ts';

const PAGE_BYTES = 65_536;
const MAXIMAL_PAGES = 65_536;

export type View = Float32Array | Int32Array | Uint8Array;

/** The memory of a node that lies at an address. */
export function viewOf(buffer: ArrayBufferLike, address: number, { type, shape }: Node): View {
  if (type === 'f32') return new Float32Array(buffer, address, size(shape));
  if (type === 'i32') return new Int32Array(buffer, address, size(shape));
  return new Uint8Array(buffer, address, size(shape));
}

export class Machine<Name extends string> {
  /** The whole state zone: its bytes are the snapshot. */
  readonly state: Uint8Array;
  /** Size of the memory in bytes. */
  readonly bytes: number;
  readonly #layout: Layout<Name>;
  readonly #core: Core;
  readonly #buffer: ArrayBufferLike;

  /**
   * @param state what the state zone holds, in this order; zeros at first
   * @param strategy with more than one thread where the host has none, there is one
   * @throws when more than 4 GiB would be needed
   */
  constructor(state: readonly Node[], programs: Readonly<Record<Name, Program>>, strategy: Strategy = {}) {
    const team = (strategy.threads ?? 1) > 1 ? threads : undefined;
    const module = team ? team.coreModule() : coreModule();
    const newMemory = (pages: number): WebAssembly.Memory =>
      new WebAssembly.Memory({ initial: pages, maximum: pages, shared: team !== undefined });
    // The kernels' slots are needed for the layout, and the layout for the size of the memory.
    const slots = instantiate(module, newMemory(1));
    const kernels = new Map<Kernel, number>();
    const slot = (kernel: string | Kernel): number => {
      if (typeof kernel === 'string') return slots.slot(kernel);
      const known = kernels.get(kernel) ?? slots.free + kernels.size;
      kernels.set(kernel, known);
      return known;
    };
    this.#layout = layout(state, programs, slot, team ? strategy : { ...strategy, threads: 1 });
    this.bytes = this.#layout.bytes;
    const pages = Math.ceil(this.bytes / PAGE_BYTES);
    if (pages > MAXIMAL_PAGES) {
      const gibibytes = (this.bytes / 2 ** 30).toFixed(1);
      throw new Error(`Machine: ${gibibytes} GiB of memory needed, at most 4 can be had; use smaller data or batches`);
    }
    const memory = newMemory(pages);
    this.#buffer = memory.buffer;
    this.#core = instantiate(module, memory);
    const bodies = [...kernels.keys()].map(({ body }) => body);
    const extension = new WebAssembly.Module(moduleOf(bodies, team !== undefined));
    this.#core.extend(extension);
    team?.start(this, { core: module, memory, extension, threads: strategy.threads ?? 1 });
    new Uint32Array(this.#buffer, REVECTORIZED, 1)[0] = isRevectorized() ? 1 : 0;
    this.state = new Uint8Array(
      this.#buffer,
      this.#layout.state.start,
      this.#layout.state.end - this.#layout.state.start,
    );
    for (const node of this.#layout.data) if (node.leaf?.values) this.view(node).set(node.leaf.values);
    for (const name of Object.keys(programs) as Name[]) {
      const { start, words } = this.#layout.code[name];
      new Uint32Array(this.#buffer, start, words.length).set(words);
    }
  }

  /** Runs a program `times` times over. */
  run(name: Name, times = 1): void {
    this.#core.run(this.#layout.code[name].start, times);
  }

  /** The memory of a leaf, of a part of one, or of an output; of state it stays valid for ever, of others until the next run. */
  view(node: Node): View {
    return viewOf(this.#buffer, this.#layout.address(node), node);
  }

  /** As `view`, of a float32 node. */
  floats(node: Node): Float32Array {
    const view = this.view(node);
    if (!(view instanceof Float32Array)) throw new Error(`Machine: ${node.name ?? node.op} is not float32`);
    return view;
  }

  /** One line per node of a program, and per update; indented where it is computed in one pass with the line above. */
  listing(name: Name): string[] {
    const { passes, updates, merged } = this.#layout.code[name].schedule;
    const nodes = passes.map((pass) => pass.nodes);
    return printNodes(nodes, updates, merged);
  }
}
