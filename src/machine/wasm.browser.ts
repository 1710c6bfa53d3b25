// Fetches the compiled core and compiles it, before whatever imports this is executed.

import type { Threads } from './threads.ts';

const address = new URL('../../dist/core.wasm', import.meta.url);
const response = await fetch(address).catch((cause: unknown) => {
  throw new Error(`${address.pathname}: cannot be fetched; reload the page when the network is there`, { cause });
});
if (!response.ok) throw new Error(`${address.pathname}: cannot be fetched, got HTTP status ${response.status}`);
const bytes = new Uint8Array(await response.arrayBuffer());
const compiled = await WebAssembly.compile(bytes);

/** The bytes of the compiled core. */
export function coreBytes(): Uint8Array<ArrayBuffer> {
  return bytes;
}

export function coreModule(): WebAssembly.Module {
  return compiled;
}

/** There are none: memory is shared only where a page is isolated from all others, and hosts of static files cannot say that. */
export const threads: Threads | undefined = undefined;

/** Whether V8 was told to compute with vectors of 256 bits: a page has no say in that. */
export function isRevectorized(): boolean | undefined {
  return false;
}
