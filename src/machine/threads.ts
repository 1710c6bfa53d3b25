// What a host offers to a machine that is to run with several threads.

export interface Threads {
  /** The core for memory that is shared. */
  readonly coreModule: () => WebAssembly.Module;
  /** Starts the threads that help the one that calls; they end when `owner` is no more. */
  readonly start: (owner: object, team: Team) => void;
}

export interface Team {
  readonly core: WebAssembly.Module;
  /** The kernels that were made for passes. */
  readonly extension: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  /** The one that calls included. */
  readonly threads: number;
}
