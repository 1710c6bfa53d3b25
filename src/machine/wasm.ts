// The compiled core as TypeScript sees it; the one place that knows the loader of AssemblyScript.

import { instantiateSync } from '@assemblyscript/loader';

export interface Core {
  /** Runs the program whose lists of instructions stand at an address `times` times over. */
  readonly run: (program: number, times: number) => void;
  /** In a core for several threads: what thread number 1, 2, … does for ever. */
  readonly serve: (thread: number) => void;
  /** Place of a kernel in the function table; an unknown kernel is an error. */
  readonly slot: (kernel: string) => number;
  /** The first place that none of the core's kernels has. */
  readonly free: number;
  /** Puts the kernels that a module exports by the numbers 0, 1, … at the next free places. */
  readonly extend: (module: WebAssembly.Module) => void;
}

/** Puts the kernels into the function table in the order of their names, so that slots are the same everywhere. */
export function instantiate(module: WebAssembly.Module, memory: WebAssembly.Memory): Core {
  // The loader wraps every export in a closure; its `instance` has them bare.
  const { run, fork, serve, table, ...others } = instantiateSync(module, { env: { memory } }).instance.exports;
  const begin = fork ?? run;
  if (typeof begin !== 'function' || !(table instanceof WebAssembly.Table)) {
    throw new Error('instantiate: the module is not the core of alchemie; build it again');
  }
  const slots = new Map<string, number>();
  const kernels = Object.entries(others).filter(([, value]) => typeof value === 'function');
  kernels.sort(([a], [b]) => (a < b ? -1 : 1));
  const first = table.grow(kernels.length);
  for (const [i, [name, kernel]] of kernels.entries()) {
    table.set(first + i, kernel);
    slots.set(name, first + i);
  }
  const free = first + kernels.length;
  return {
    run: (program, times) => begin(program, times),
    serve: (thread) => {
      if (typeof serve !== 'function') throw new Error('serve: this core is for one thread');
      serve(thread);
    },
    free,
    extend: (more) => {
      const { exports } = new WebAssembly.Instance(more, { env: { memory } });
      const added = Object.keys(exports).length;
      const at = table.grow(added);
      for (let i = 0; i < added; i++) table.set(at + i, exports[i]);
    },
    slot: (kernel) => {
      const slot = slots.get(kernel);
      if (slot === undefined) throw new Error(`instantiate: the core has no kernel '${kernel}'; build it again`);
      return slot;
    },
  };
}
