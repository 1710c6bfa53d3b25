// The part of the WebAssembly interface that is used here; the DOM's types would bring a browser's globals along.

declare namespace WebAssembly {
  class Module {
    constructor(bytes: Uint8Array<ArrayBuffer>);
  }
  class Memory {
    constructor(descriptor: { initial: number; maximum?: number; shared?: boolean });
    readonly buffer: ArrayBufferLike;
  }
  class Table {
    grow(delta: number): number;
    set(index: number, value: unknown): void;
  }
  class Instance {
    constructor(module: Module, imports: Readonly<Record<string, Readonly<Record<string, unknown>>>>);
    // biome-ignore lint/complexity/noBannedTypes: what a function of a module takes is known by its caller alone
    readonly exports: Readonly<Record<string, Function | Memory | Table>>;
  }
}
