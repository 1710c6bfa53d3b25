// A block of linear memory and the programs that run over it. Memory is created once, at its final size.

import { coreModule, isRevectorized } from '#wasm';
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

export type View = Float32Array<ArrayBuffer> | Int32Array<ArrayBuffer> | Uint8Array<ArrayBuffer>;

export class Machine<Name extends string> {
  /** The whole state zone: its bytes are the snapshot. */
  readonly state: Uint8Array<ArrayBuffer>;
  /** Size of the memory in bytes. */
  readonly bytes: number;
  readonly #layout: Layout<Name>;
  readonly #core: Core;
  readonly #buffer: ArrayBuffer;

  /**
   * @param state what the state zone holds, in this order; zeros at first
   * @throws when more than 4 GiB would be needed
   */
  constructor(state: readonly Node[], programs: Readonly<Record<Name, Program>>, strategy?: Strategy) {
    const module = coreModule();
    // The kernels' slots are needed for the layout, and the layout for the size of the memory.
    const slots = instantiate(module, new WebAssembly.Memory({ initial: 1 }));
    const kernels = new Map<Kernel, number>();
    const slot = (kernel: string | Kernel): number => {
      if (typeof kernel === 'string') return slots.slot(kernel);
      const known = kernels.get(kernel) ?? slots.free + kernels.size;
      kernels.set(kernel, known);
      return known;
    };
    this.#layout = layout(state, programs, slot, strategy);
    this.bytes = this.#layout.bytes;
    const pages = Math.ceil(this.bytes / PAGE_BYTES);
    if (pages > MAXIMAL_PAGES) {
      const gibibytes = (this.bytes / 2 ** 30).toFixed(1);
      throw new Error(`Machine: ${gibibytes} GiB of memory needed, at most 4 can be had; use smaller data or batches`);
    }
    const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
    this.#buffer = memory.buffer;
    this.#core = instantiate(module, memory);
    this.#core.extend(new WebAssembly.Module(moduleOf([...kernels.keys()].map(({ body }) => body))));
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
    const { start, end } = this.#layout.code[name];
    this.#core.run(start, end, times);
  }

  /** The memory of a leaf, of a part of one, or of an output; of state it stays valid for ever, of others until the next run. */
  view(node: Node): View {
    const address = this.#layout.address(node);
    const View = { f32: Float32Array, i32: Int32Array, u8: Uint8Array }[node.type];
    return new View(this.#buffer, address, size(node.shape));
  }

  /** As `view`, of a float32 node. */
  floats(node: Node): Float32Array<ArrayBuffer> {
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
