// Finds the compiled core on disk.

import { readFileSync } from 'node:fs';

let compiled: WebAssembly.Module | undefined;

/** The bytes of the compiled core. */
export function coreBytes(): Uint8Array<ArrayBuffer> {
  return new Uint8Array(readFileSync(new URL('../../dist/core.wasm', import.meta.url)));
}

/** The compiled core, compiled at the first call. */
export function coreModule(): WebAssembly.Module {
  compiled ??= new WebAssembly.Module(coreBytes());
  return compiled;
}
